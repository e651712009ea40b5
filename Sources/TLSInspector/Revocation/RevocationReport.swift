/// What was found out about the revocation of all certificates of one path.
public struct RevocationReport: Sendable, Hashable, Codable {
    /// In the order of the path; for each certificate the stapled response, then OCSP, then CRLs, each in the order of its URLs.
    public var facts: [RevocationFacts]
    /// In the order of the path.
    public var problems: [RevocationProblem]

    public init(facts: [RevocationFacts], problems: [RevocationProblem]) {
        self.facts = facts
        self.problems = problems
    }
}

/// Something about revocation that no single answer shows.
public struct RevocationProblem: Sendable, Hashable, Codable {
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nobody can find out whether the certificate was revoked.
        case noSource = "no-source"
        /// Whether it was revoked was not looked at: the certificate of its issuer is not known.
        case noIssuer = "no-issuer"
        case mustStaple = "must-staple"
        /// One source says good and another one revoked.
        case contradiction
    }

    public var code: Code
    /// Of the certificate that it is about.
    public var fingerprint: String
    /// One plain sentence that names the certificate.
    public var sentence: String

    public init(_ code: Code, fingerprint: String, _ sentence: String) {
        self.code = code
        self.fingerprint = fingerprint
        self.sentence = sentence
    }
}
