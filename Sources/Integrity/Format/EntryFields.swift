/// Which members an entry has, as bits of a number: the first thing that both encodings say of it.
struct EntryFields: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    static let metadata = EntryFields(rawValue: 1 << 0)
    static let identity = EntryFields(rawValue: 1 << 1)
    static let byteCount = EntryFields(rawValue: 1 << 2)
    static let root = EntryFields(rawValue: 1 << 3)
    static let digests = EntryFields(rawValue: 1 << 4)
    static let linkTarget = EntryFields(rawValue: 1 << 5)
    static let attributes = EntryFields(rawValue: 1 << 6)
    static let deviceNumber = EntryFields(rawValue: 1 << 7)
    static let unreadable = EntryFields(rawValue: 1 << 8)
    static let all = EntryFields(rawValue: 1 << 9 - 1)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(of entry: ManifestEntry) {
        self = []
        if entry.metadata != nil { insert(.metadata) }
        if entry.identity != nil { insert(.identity) }
        if entry.byteCount != nil { insert(.byteCount) }
        if entry.root != nil { insert(.root) }
        if !entry.digests.isEmpty { insert(.digests) }
        if entry.linkTarget != nil { insert(.linkTarget) }
        if entry.attributes != nil { insert(.attributes) }
        if entry.deviceNumber != nil { insert(.deviceNumber) }
        if entry.unreadable != nil { insert(.unreadable) }
    }
}
