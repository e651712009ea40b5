/// Certificates that a peer did not send and that were fetched instead.
public struct AIACompletion: Sendable, Hashable {
    /// DER, each the issuer of a certificate before it, in the order in which they were found.
    public var certificates: [[UInt8]]
    /// Why the way to a root ends where it does; empty if it was followed to one. Plain sentences.
    public var problems: [String]

    public init(certificates: [[UInt8]] = [], problems: [String] = []) {
        self.certificates = certificates
        self.problems = problems
    }
}
