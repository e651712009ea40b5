import KeyStore
import ObjectStore
import Posture

extension KeyFacts {
    /// All keys. How they were rotated is asked only where it matters: each question is an event of the audit trail.
    static func all(in service: LocalKeyService, at now: Timestamp) async throws(KeyStoreError) -> [KeyFacts] {
        let aliases = Dictionary(grouping: try await Listing.aliases(of: nil, in: service), by: \.targetKeyID)
        var keys: [KeyFacts] = []
        for metadata in try await Listing.keys(in: service) {
            let alias = aliases[metadata.keyID]?.first?.aliasName
            var key = KeyFacts(metadata, alias: alias.map { $0.dropping(prefix: "alias/") ?? $0 })
            if key.mattersRotation(at: now) { key.rotation = try await rotation(of: metadata.keyID, in: service) }
            keys.append(key)
        }
        return keys
    }

    private static func rotation(of keyID: String, in service: LocalKeyService) async throws(KeyStoreError) -> Rotation {
        let rotations = try await Listing.rotations(of: keyID, includingAllKeyMaterial: false, in: service)
        return Rotation(
            isAutomatic: try await service.getKeyRotationStatus(keyID: keyID).keyRotationEnabled,
            latest: rotations.compactMap(\.rotationDate).max())
    }
}

extension ObjectFacts {
    init(_ statistics: StoreStatistics) {
        self.init(
            buckets: statistics.buckets.map(Bucket.init), versionCount: statistics.buckets.reduce(0) { $0 + $1.versionCount },
            hasRecoveryRecipient: statistics.recoveryRecipient != nil, isWritable: statistics.isWritable,
            scrub: statistics.scrub.map { Scrub(started: $0.started, finished: $0.finished, damagedCount: $0.findingCount) })
    }
}

extension ObjectFacts.Bucket {
    fileprivate init(_ bucket: StoreStatistics.Bucket) {
        let versioning: Versioning =
            switch bucket.versioning.status {
            case .enabled: .enabled
            case .suspended: .suspended
            case .unversioned: .never
            }
        self.init(
            name: bucket.name.text, versioning: versioning, hasMFADelete: bucket.versioning.mfaDelete == .enabled,
            hasKey: bucket.keyID != nil)
    }
}
