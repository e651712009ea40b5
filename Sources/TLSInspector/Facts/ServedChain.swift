/// One chain that the server sent, with what came beside it.
public struct ServedChain: Sendable, Hashable, Codable {
    /// DER, the leaf first, as they were sent. At most `maximumCount`.
    public var certificates: [CertificateBytes]
    /// The versions in which it was seen, oldest first.
    public var versions: [ProtocolVersion]
    /// The stapled OCSP response, DER. Nil if none was stapled.
    public var stapledResponse: CertificateBytes?
    /// Signed certificate timestamps from the handshake, each as RFC 6962 §3.3 has it.
    public var timestamps: [CertificateBytes]
    /// Whether it is presented without SNI too; nil if that was not asked.
    public var isDefault: Bool?

    public init(
        certificates: [CertificateBytes], versions: [ProtocolVersion], stapledResponse: CertificateBytes? = nil,
        timestamps: [CertificateBytes] = [], isDefault: Bool? = nil
    ) {
        self.certificates = certificates
        self.versions = versions
        self.stapledResponse = stapledResponse
        self.timestamps = timestamps
        self.isDefault = isDefault
    }

    public static let maximumCount = 32
}
