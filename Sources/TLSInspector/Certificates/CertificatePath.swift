/// One way from the leaf towards a root.
struct CertificatePath: Sendable {
    enum End: Sendable, Hashable {
        /// The last one is trusted.
        case anchored(isPublic: Bool)
        /// The last one is its own issuer, and not trusted.
        case untrustedRoot
        /// The issuer of the last one is nowhere.
        case missingIssuer
        /// There are certificates with the issuer's name, but the key of none made the signature.
        case invalidSignature
        /// The limits of the search were reached.
        case searchLimit
    }

    /// The leaf first.
    var members: [ChainMember]
    var end: End
    /// Which signatures could not be checked, with libcrypto's reason, by the place of the signed certificate.
    var unverified: [Int: String] = [:]

    var isAnchored: Bool {
        if case .anchored = end { return true }
        return false
    }
}
