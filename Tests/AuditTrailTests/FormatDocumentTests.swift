import Foundation
import OpenSSL
import TestSupport
import Testing

@testable import AuditTrail

/// Docs/Formats/AuditTrail.md is what others write readers from, so its example has to be what we write.
@Suite("The format's document")
struct FormatDocumentTests {
    private static func document() throws -> String { try Repository.text(of: "Docs/Formats/AuditTrail.md") }

    /// The lines of the one fenced block of this language.
    private func example(_ language: String) throws -> [String] {
        let lines = try Self.document().components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: "```" + language))
        let rest = lines[(start + 1)...]
        let end = try #require(rest.firstIndex(of: "```"))
        return Array(rest[..<end])
    }

    @Test("shows the bytes that a trail of two events has, one recorded sealed and one unsealed")
    func example() throws {
        let file = MemoryAuditFile()
        let trail = try AuditTrail(file: file, path: "audit.log")
        var refused = Samples.event(1)
        refused.eventSource = "coffer"
        refused.eventName = "Unseal"
        refused.errorCode = "InvalidPassphrase"
        refused.requestParameters = nil
        refused.resources = []
        try trail.append(refused)
        try trail.authenticate(with: Samples.key())
        try trail.append(Samples.event(2))
        #expect(try example("jsonl") == String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    @Test("shows an example whose hashes and MACs follow from the description alone")
    func computed() throws {
        let text = TrailText(Array((try example("jsonl").joined(separator: "\n") + "\n").utf8))
        var previous = String(repeating: "0", count: 64)
        for line in text.lines {
            let parts = TrailText.Parts(line)
            #expect(parts.previous == previous)
            #expect(parts.hash == (try TrailText.hash(parts)))
            previous = parts.hash
        }
        let last = TrailText.Parts(try #require(text.lines.last))
        #expect(last.code == "\"" + (try code("coffer audit mac v1", last)) + "\"")
        #expect(text.head.hasSuffix("\"mac\":\"" + (try code("coffer audit head v1", last)) + "\"}"))
    }

    private func code(_ label: String, _ parts: TrailText.Parts) throws -> String {
        let number = withUnsafeBytes(of: parts.sequence.bigEndian) { Array($0) }
        let message = Array(label.utf8) + [0] + number + [UInt8](hex: parts.hash)
        return try HMAC.authenticate(.sha256, key: Samples.key(), message.span.bytes).hex
    }

    @Test("names the limits that hold")
    func limits() throws {
        let text = try Self.document()
        #expect(text.contains("\(HeadLine.byteCount) bytes"))
        #expect(text.contains("\(EventLine.byteLimit) bytes"))
        #expect(text.contains("\(EventLine.eventByteLimit) bytes"))
    }
}
