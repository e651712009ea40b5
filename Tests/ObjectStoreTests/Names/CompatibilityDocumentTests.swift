import Foundation
import ObjectStore
import TestSupport
import Testing

@Suite("Docs/S3Compatibility.md")
struct CompatibilityDocumentTests {
    private func rows() throws -> [String] {
        try Repository.text(of: "Docs/S3Compatibility.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.map(String.init)
    }

    @Test("every operation that is refused has its row, and no other says so")
    func operations() throws {
        let refused = try rows().filter { $0.contains("| NotImplemented |") }.compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(Set(refused.map(String.init)) == UnsupportedS3Name.operations)
    }

    @Test("every parameter and value that is refused is named")
    func parameters() throws {
        let rows = try rows()
        for name in UnsupportedS3Name.parameters {
            #expect(rows.contains { $0.hasPrefix("| \(name) |") }, "\(name)")
        }
        for name in ["AES256", "aws:fsx", "aws:kms:dsse", "MD5", "SHA512", "XXHASH64", "XXHASH3", "XXHASH128"] {
            #expect(UnsupportedS3Name.values.contains(name))
            #expect(rows.contains { $0.contains(name) }, "\(name)")
        }
    }
}
