/// What became of one entry. Each entry of a manifest, and each entry of the tree that the manifest does not name, gets exactly one.
public enum Verdict: String, Sendable, Hashable, CaseIterable, Encodable {
    /// Content and metadata are what they were.
    case intact
    /// The content is another, and nothing says that this was not intended.
    case modified
    /// The content is another although size and times are what they were: no program wrote that.
    case rotted
    /// The content ends too early; what is left of it is what it was.
    case truncated
    /// The content is all there, and more follows it.
    case extended
    /// The entry is at another place.
    case moved
    /// The manifest does not name it.
    case added
    /// It is nowhere.
    case removed
    /// The content is what it was; permissions, owner, times, extended attributes or the target of a link are not.
    case metadataChanged = "metadata-changed"
    /// Its content could not be read, all or in part, now or when the manifest was made.
    case unreadable
    /// It is something else now: a folder where a file was.
    case typeChanged = "type-changed"

    /// Whether this means damage, which nobody intends, and not merely a difference.
    public var isDamage: Bool {
        switch self {
        case .rotted, .truncated, .unreadable: true
        case .intact, .modified, .extended, .moved, .added, .removed, .metadataChanged, .typeChanged: false
        }
    }
}
