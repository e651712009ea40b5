/// One thing in a file of certificates.
public struct CertificateItem: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        /// DER, not yet looked at: ``CertificateFacts`` reads it.
        case certificate([UInt8])
        case request(CertificateRequestFacts)
        case revocationList(RevocationListFacts)
        /// A private or secret key is there, of the kind that the text says. It is never read.
        case key(String)
        /// Something that is not read, and why.
        case unread(String)
    }

    /// Its name in the file: an alias or a friendly name; of PEM the label of the block.
    public var label: String?
    /// When it came into the keystore, in seconds since 1970.
    public var creation: Int64?
    public var content: Content

    init(_ content: Content, label: String? = nil, creation: Int64? = nil) {
        self.content = content
        self.label = label
        self.creation = creation
    }
}
