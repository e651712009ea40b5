/// A certificate of a path that was built: its bytes, and what stands in it.
public struct PathCertificate: Sendable, Hashable {
    public var der: [UInt8]
    public var facts: CertificateFacts

    public init(der: [UInt8], facts: CertificateFacts) {
        self.der = der
        self.facts = facts
    }

    /// - Throws: what ``CertificateFacts/init(der:blocklist:)`` does.
    public init(der: [UInt8]) throws(CertificateError) {
        self.init(der: der, facts: try CertificateFacts(der: der))
    }
}
