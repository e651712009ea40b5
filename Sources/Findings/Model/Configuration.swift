/// A line of configuration that does what the remediation of a finding says, for one program.
public struct Configuration: Sendable, Hashable, Encodable {
    /// The program, as it calls itself: `nginx`.
    public let product: String
    /// What to write into its configuration.
    public let line: String

    public init(_ product: String, _ line: String) {
        self.product = product
        self.line = line
    }
}
