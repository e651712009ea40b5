import Foundation
import OpenSSL
import TestSupport

/// The file as somebody with an editor sees it: lines, which he changes, moves and removes, and whose plain hashes he can compute
/// from the published format. Written from the format's description, not with the module's code.
struct TrailText {
    var head: String
    /// Without their line feeds; event 1 is at index 0.
    var lines: [String]

    init(_ bytes: [UInt8]) {
        let all = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        head = all[0]
        lines = Array(all.dropFirst())
    }

    var bytes: [UInt8] { Array(([head] + lines).map { $0 + "\n" }.joined().utf8) }

    struct Parts {
        var sequence: UInt64
        var previous: String
        var hash: String
        var code: String
        var event: String

        init(_ line: String) {
            let fields = line.components(separatedBy: ",\"event\":")
            event = String(fields.dropFirst().joined(separator: ",\"event\":").dropLast())
            let frame = fields[0].components(separatedBy: ",\"")
            sequence = UInt64(frame[0].dropFirst("{\"sequence\":".count)) ?? 0
            previous = String(frame[1].dropFirst("previous\":\"".count).dropLast())
            hash = String(frame[2].dropFirst("hash\":\"".count).dropLast())
            code = String(frame[3].dropFirst("mac\":".count))
        }

        var line: String {
            "{\"sequence\":\(sequence),\"previous\":\"\(previous)\",\"hash\":\"\(hash)\",\"mac\":\(code),\"event\":\(event)}"
        }
    }

    mutating func edit(_ sequence: Int, _ body: (inout Parts) -> Void) {
        var parts = Parts(lines[sequence - 1])
        body(&parts)
        lines[sequence - 1] = parts.line
    }

    /// Numbers the lines from 1 and computes all plain hashes anew, also the head's. MACs stay as they are: there is no key.
    mutating func rechain() throws {
        var previous = String(repeating: "0", count: 64)
        for index in lines.indices {
            var parts = Parts(lines[index])
            parts.sequence = UInt64(index + 1)
            parts.previous = previous
            parts.hash = try Self.hash(parts)
            lines[index] = parts.line
            previous = parts.hash
        }
        setHead(sequence: lines.count, hash: previous)
    }

    /// Keeps the head's MAC.
    mutating func setHead(sequence: Int, hash: String) {
        let digits = String(sequence)
        let code = head.suffix(66).prefix(64)
        head =
            "{\"cofferAuditTrail\":1,\"sequence\":\"\(String(repeating: "0", count: 20 - digits.count))\(digits)\","
            + "\"hash\":\"\(hash)\",\"mac\":\"\(code)\"}"
    }

    static func hash(_ parts: Parts) throws -> String {
        var message = Array("coffer audit event v1".utf8) + [0]
        message += withUnsafeBytes(of: parts.sequence.bigEndian) { Array($0) }
        message += [UInt8](hex: parts.previous)
        message += Array(parts.event.utf8)
        return try Digest.hash(.sha256, message.span.bytes).hex
    }
}
