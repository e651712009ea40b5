import Findings
import Foundation
import TestSupport
import Testing

@testable import Posture

@Suite("Docs/Doctor.md")
struct DoctorDocumentTests {
    /// Rows of the tables of findings: the id, the severity, what it means, what to do.
    private static func rows() throws -> [[String]] {
        let text = try Repository.text(of: "Docs/Doctor.md")
        return text.split(separator: "\n").filter { $0.hasPrefix("| `doctor-") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test("every finding has one row, with its severity, and every row is a finding")
    func ids() throws {
        let rows = try Self.rows()
        #expect(rows.map { $0[0] }.sorted() == PostureFinding.allCases.map { "`\($0.rawValue)`" }.sorted())
        for row in rows {
            #expect(row.count == 4 && row.allSatisfy { !$0.isEmpty }, "\(row)")
            let id = row[0].trimmingCharacters(in: ["`"])
            #expect(PostureFinding(rawValue: id)?.severity.rawValue == row[1], "\(id)")
        }
    }
}
