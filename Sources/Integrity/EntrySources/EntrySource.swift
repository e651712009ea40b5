/// Where contents are that lie in no folder: in an object store. They have paths, and nothing else that a manifest records but
/// what is in them.
public protocol EntrySource: Sendable {
    /// Lists what there is, in any order, each path once.
    /// - Parameter position: what the page before says; nil for the first one.
    func page(after position: [UInt8]?) async throws(EntrySourceError) -> EntrySourcePage

    /// What is known of a content without reading it. Asked of items with digests alone.
    func description(of item: SourceItem) async throws(EntrySourceError) -> SourceDescription

    /// Begins to read a content.
    func open(_ item: SourceItem) async throws(EntrySourceError) -> any SourceContent
}
