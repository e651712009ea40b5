/// Which metadata of two states of an entry differ.
///
/// The times of folders change with every entry in them, those of pipes, sockets and devices with their use: they say nothing, and are not compared. The permissions
/// of a symbolic link are not in use.
enum MetadataComparison {
    /// Whether there is nothing to look at more closely, as for most entries.
    static func areEqual(_ old: ManifestEntry, _ new: ManifestEntry) -> Bool {
        old.metadata == new.metadata && old.attributes == new.attributes && old.linkTarget == new.linkTarget
            && old.deviceNumber == new.deviceNumber
    }

    static func changes(
        _ old: ManifestEntry, _ new: ManifestEntry, ignoring ignored: Set<MetadataField>
    ) -> [MetadataField: EntryVerdict.Change] {
        var changes: [MetadataField: EntryVerdict.Change] = [:]
        func compare<Value: Equatable>(_ field: MetadataField, _ before: Value?, _ after: Value?, _ text: (Value?) -> String) {
            guard before != after, !ignored.contains(field) else { return }
            changes[field] = EntryVerdict.Change(before: text(before), after: text(after))
        }
        if let before = old.metadata, let after = new.metadata {
            if old.type != .symbolicLink { compare(.permissions, before.permissions, after.permissions, permissions) }
            compare(.owner, Owner(before), Owner(after)) { $0.map { "\($0.user):\($0.group)" } ?? "" }
            if old.type == .file || old.type == .symbolicLink {
                compare(.modificationTime, before.modificationTime, after.modificationTime) { $0?.rfc3339 ?? "" }
            }
            // Where metadata is known, so is whether there are attributes.
            compare(.attributes, old.attributes, new.attributes) { $0.map { "digest \($0)" } ?? "none" }
        }
        if old.type == .symbolicLink { compare(.linkTarget, old.linkTarget, new.linkTarget) { $0?.visiblePath ?? "" } }
        if old.deviceNumber != nil { compare(.deviceNumber, old.deviceNumber, new.deviceNumber) { $0.map { "\($0)" } ?? "" } }
        return changes
    }

    private struct Owner: Equatable {
        let user: UInt32
        let group: UInt32

        init(_ metadata: EntryMetadata) {
            user = metadata.user
            group = metadata.group
        }
    }

    private static func permissions(_ bits: UInt16?) -> String {
        let text = String(bits ?? 0, radix: 8)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}
