import KeyStore

/// Whole listings out of the service's pages.
enum Listing {
    /// The largest page of DescribeKeys and ListKeyRotations.
    private static let keysPerPage = 1000
    /// AWS KMS: the largest page of ListAliases.
    private static let aliasesPerPage = 100
    /// AWS KMS: the largest page of ListResourceTags.
    private static let tagsPerPage = 50

    static func keys(in service: LocalKeyService) async throws(KeyStoreError) -> [KeyMetadata] {
        try await collect { marker throws(KeyStoreError) in try await service.describeKeys(limit: keysPerPage, marker: marker) }
    }

    /// - Parameter keyID: only the aliases of this key; nil for all.
    static func aliases(of keyID: String?, in service: some KeyService) async throws(KeyStoreError) -> [AliasListEntry] {
        try await collect { marker throws(KeyStoreError) in
            try await service.listAliases(keyID: keyID, limit: aliasesPerPage, marker: marker)
        }
    }

    static func tags(of keyID: String, in service: some KeyService) async throws(KeyStoreError) -> [Tag] {
        try await collect { marker throws(KeyStoreError) in
            try await service.listResourceTags(keyID: keyID, limit: tagsPerPage, marker: marker)
        }
    }

    static func rotations(
        of keyID: String, includingAllKeyMaterial: Bool, in service: some KeyService
    ) async throws(KeyStoreError) -> [RotationListEntry] {
        try await collect { marker throws(KeyStoreError) in
            try await service.listKeyRotations(
                keyID: keyID, includeAllKeyMaterial: includingAllKeyMaterial, limit: keysPerPage, marker: marker)
        }
    }

    /// The material that the key encrypts with; nil for a key that waits for its first.
    static func currentMaterial(of keyID: String, in service: some KeyService) async throws(KeyStoreError) -> RotationListEntry? {
        try await rotations(of: keyID, includingAllKeyMaterial: true, in: service).last { $0.keyMaterialState == .current }
    }

    private static func collect<Element>(
        _ page: (String?) async throws(KeyStoreError) -> Page<Element>
    ) async throws(KeyStoreError) -> [Element] {
        var elements: [Element] = []
        var marker: String?
        repeat {
            let next = try await page(marker)
            elements += next.elements
            marker = next.nextMarker
        } while marker != nil
        return elements
    }
}
