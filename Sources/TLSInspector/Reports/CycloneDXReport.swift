/// An inventory of the cryptography that servers use: a CBOM in CycloneDX 1.6 (ECMA-424), JSON.
///
/// Each endpoint is a service; each version of TLS that it offers a protocol with its suites; certificates, their public keys and all
/// algorithms stand once, however many endpoints use them. What stayed undecided is not in it.
public struct CycloneDXReport: Sendable {
    private let time: Int64?
    private let toolVersion: String

    /// - Parameters:
    ///   - time: when it is made, in seconds since 1970; nil for a document that says nothing of it.
    ///   - toolVersion: of this program.
    public init(time: Int64?, toolVersion: String) {
        self.time = time
        self.toolVersion = toolVersion
    }

    /// UTF-8. Equal scans give the same serial number, which is made of what the document lists.
    public func bytes(_ judged: some Sequence<JudgedScan>) throws(ReportError) -> [UInt8] {
        var inventory = CryptoInventory()
        for scan in judged.sortedByEndpoint() where scan.scan.failure == nil { inventory.add(scan) }
        let content = inventory.content
        let serial = Self.uuid(try ReportText.sha256(try ReportJSON.encode(JSONTree.object(content), isOneLine: true)))
        let document = content.merging([
            "$schema": .string("http://cyclonedx.org/schema/bom-1.6.schema.json"), "bomFormat": .string("CycloneDX"),
            "specVersion": .string("1.6"), "version": .integer(1), "serialNumber": .string("urn:uuid:\(serial)"), "metadata": metadata,
        ]) { ours, _ in ours }
        return try ReportJSON.encode(JSONTree.object(document))
    }

    private var metadata: JSONTree {
        let tool = JSONTree.object(["type": .string("application"), "name": .string("coffer"), "version": .string(toolVersion)])
        return .object(present: [
            "timestamp": time.map { .string(CertificateDate.time($0)) }, "tools": .object(["components": .array([tool])]),
        ])
    }

    /// RFC 9562 §5.8: a UUID of version 8, of the first bytes of a digest.
    private static func uuid(_ digest: String) -> String {
        var digits = Array(digest.prefix(32))
        digits[12] = "8"
        digits[16] = "a"
        let ends = [0, 8, 12, 16, 20, 32]
        return zip(ends, ends.dropFirst()).map { String(digits[$0..<$1]) }.joined(separator: "-")
    }
}
