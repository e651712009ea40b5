/// What a careful client thinks of one chain.
public struct ChainReport: Sendable, Hashable, Codable {
    /// The path that was built, the leaf first: SHA-256 fingerprints. It ends with the trusted root if there is one.
    public var path: [String]
    /// Whether the path ends at a trusted root and nothing on it makes a careful client give it up (`Code.breaksTrust`). Whether the
    /// certificate is for the host is not part of it: `nameMismatch` and `commonNameOnly` are among the problems.
    public var isTrusted: Bool
    /// Certificates of the path that the peer did not send: fetched, or from the trust store.
    public var completedFrom: [String]
    public var problems: [ChainProblem]
}

/// One refusal, in one plain sentence that names the certificate.
public struct ChainProblem: Sendable, Hashable, Codable {
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case expired, notYetValid = "not-yet-valid"
        case selfSigned = "self-signed", unknownRoot = "unknown-root", missingIntermediate = "missing-intermediate"
        case wrongOrder = "wrong-order", unneededCertificate = "unneeded-certificate", rootSent = "root-sent"
        case nameMismatch = "name-mismatch", commonNameOnly = "common-name-only", badWildcard = "bad-wildcard"
        case weakSignature = "weak-signature", weakKey = "weak-key", smallKey = "small-key", invalidSignature = "invalid-signature"
        case wrongUsage = "wrong-usage", leafIsCA = "leaf-is-ca", issuerNotCA = "issuer-not-ca", pathTooLong = "path-too-long"
        case nameConstraint = "name-constraint", unknownCritical = "unknown-critical"
        case validityTooLong = "validity-too-long"
        /// The installed libcrypto does not know the key or the algorithm, so nobody looked at the signature.
        case unverifiable
        case malformed, notStandard = "not-standard"
    }

    public var code: Code
    /// Of the certificate that it is about.
    public var fingerprint: String
    /// `The certificate "CN=example.com" expired on 2026-01-01, 331 days ago.`
    public var sentence: String

    public init(_ code: Code, fingerprint: String, _ sentence: String) {
        self.code = code
        self.fingerprint = fingerprint
        self.sentence = sentence
    }
}
