/// One fact that shows a finding is true: `expected size` was `12288`.
public struct Evidence: Sendable, Hashable, Encodable {
    /// A word or two in lower case, the label of the value.
    public let name: String
    /// As it was found. It may hold anything: reporters escape it.
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
