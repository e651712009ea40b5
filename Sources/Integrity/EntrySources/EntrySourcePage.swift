/// Some of what a source lists.
public struct EntrySourcePage: Sendable {
    public let items: [SourceItem]
    /// Where the next page begins; nil on the last one.
    public let next: [UInt8]?

    public init(items: [SourceItem], next: [UInt8]?) {
        self.items = items
        self.next = next
    }
}
