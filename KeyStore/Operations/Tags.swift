import AuditTrail

extension LocalKeyService {
    public func tagResource(keyID: String, tags: [Tag]) async throws(KeyStoreError) {
        let event = OperationEvent(
            "TagResource",
            [
                ("keyId", .string(keyID)),
                ("tags", .array(tags.map { .object([("tagKey", .string($0.key)), ("tagValue", .string($0.value))]) })),
            ])
        try change(event) { transaction, event throws(KeyStoreError) in
            var record = try find(keyID, in: transaction.snapshot, &event)
            try record.requireNotPendingDeletion(arn: identity.keyARN(record.keyID))
            try Self.checkTags(tags, existing: record.tags)
            let replaced = Set(tags.map(\.key))
            record.tags = record.tags.filter { !replaced.contains($0.key) } + tags
            try transaction.put(record)
        }
    }

    public func untagResource(keyID: String, tagKeys: [String]) async throws(KeyStoreError) {
        let event = OperationEvent("UntagResource", [("keyId", .string(keyID)), ("tagKeys", .array(tagKeys.map { .string($0) }))])
        try change(event) { transaction, event throws(KeyStoreError) in
            var record = try find(keyID, in: transaction.snapshot, &event)
            try record.requireNotPendingDeletion(arn: identity.keyARN(record.keyID))
            let removed = Set(tagKeys)
            record.tags.removeAll { removed.contains($0.key) }
            try transaction.put(record)
        }
    }

    public func listResourceTags(keyID: String, limit: Int?, marker: String?) async throws(KeyStoreError) -> Page<Tag> {
        let event = OperationEvent("ListResourceTags", readOnly: true, [("keyId", .string(keyID))])
        return try await view(event) { snapshot, event throws(KeyStoreError) in
            let limit = limit ?? 50
            try Limits.check(limit, in: 1...50, member: "limit")
            let record = try find(keyID, in: snapshot, &event)
            let sorted = record.tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            let rest = marker.map { marker in sorted.filter { marker.utf8.lexicographicallyPrecedes($0.key.utf8) } } ?? sorted
            return Page(rest, limit: limit, marker: \.key)
        }
    }

    static func checkTags(_ tags: [Tag], existing: [Tag]) throws(KeyStoreError) {
        for (index, tag) in tags.enumerated() {
            guard (1...128).contains(tag.key.unicodeScalars.count) else {
                throw KeyStoreError(
                    .validation,
                    "1 validation error detected: Value '\(tag.key)' at 'tags.\(index + 1).member.tagKey' failed to satisfy constraint: "
                        + (tag.key.isEmpty
                            ? "Member must have length greater than or equal to 1" : "Member must have length less than or equal to 128"))
            }
            guard tag.value.unicodeScalars.count <= 256 else {
                throw KeyStoreError(
                    .validation,
                    "1 validation error detected: Value '\(tag.value)' at 'tags.\(index + 1).member.tagValue' failed to satisfy "
                        + "constraint: Member must have length less than or equal to 256")
            }
            guard !tag.key.lowercased().hasPrefix("aws:") else { throw KeyStoreError(.tag, "Tags beginning with aws: are reserved") }
        }
        let keys = Set(tags.map(\.key))
        guard keys.count == tags.count else { throw KeyStoreError(.tag, "Duplicate tag keys") }
        guard keys.union(existing.map(\.key)).count <= KeyRecord.maximumTagCount else { throw KeyStoreError(.tag, "Too many tags") }
    }
}
