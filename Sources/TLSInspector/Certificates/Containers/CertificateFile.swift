/// What was found in one file.
public struct CertificateFile: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case pem = "PEM"
        case der = "DER"
        case pkcs7 = "PKCS#7"
        case pkcs12 = "PKCS#12"
        case jks = "JKS"
        case jceks = "JCEKS"
    }

    /// Whether the file's own check over all its content holds.
    public enum Integrity: Sendable, Hashable {
        case checked
        /// The file has one, and it was not made; why, in a sentence.
        case unchecked(String)
        /// Files of this kind have none.
        case none
    }

    public var kind: Kind
    public var integrity: Integrity
    public var items: [CertificateItem]
}
