/// A name that is no path in a tree, and that therefore no manifest can hold.
public struct RefusedPath: Sendable, Hashable {
    public let bytes: [UInt8]
    /// `leads out of the tree`
    public let reason: String
}
