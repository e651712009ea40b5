import KeyStore

@testable import ObjectStore

/// Listings by their definition: everything rolled up and sorted, then cut. Nothing of `ListingWalk` is used.
extension ReferenceObjectService {
    /// What a listing shows: an item of a key, or a common prefix, at its place in the order.
    private struct Shown<Item: Sendable>: Sendable {
        let position: [UInt8]
        /// nil for a common prefix.
        let item: Item?
    }

    private struct Cut<Item: Sendable>: Sendable {
        let items: [Item]
        let commonPrefixes: [[UInt8]]
        /// nil on the last page.
        let last: Shown<Item>?
    }

    private static func shown<Item: Sendable>(_ items: [(key: [UInt8], item: Item)], _ scope: ListingScope) -> [Shown<Item>] {
        var (shown, prefixes): ([Shown<Item>], Set<[UInt8]>) = ([], [])
        for (key, item) in items where key.starts(with: scope.prefix) {
            let rest = key.dropFirst(scope.prefix.count)
            guard let delimiter = scope.delimiter, !delimiter.isEmpty,
                let start = rest.indices.first(where: { rest[$0...].starts(with: delimiter) })
            else {
                shown.append(Shown(position: key, item: item))
                continue
            }
            let prefix = Array(key[..<(start + delimiter.count)])
            if prefixes.insert(prefix).inserted { shown.append(Shown(position: prefix, item: nil)) }
        }
        return shown
    }

    private static func cut<Item: Sendable>(_ shown: [Shown<Item>], _ scope: ListingScope) throws(ObjectStoreError) -> Cut<Item> {
        let limit = min(scope.maxKeys ?? ListingScope.maximumKeys, ListingScope.maximumKeys)
        guard limit >= 0 else { throw .argument("max-keys", String(limit), "Argument maxKeys must be an integer between 0 and 2147483647") }
        let page = shown.prefix(limit)
        return Cut(
            items: page.compactMap(\.item), commonPrefixes: page.filter { $0.item == nil }.map(\.position),
            last: shown.count > limit ? page.last : nil)
    }

    func listObjectsV2(_ request: ListObjectsV2Request) throws(ObjectStoreError) -> ListObjectsV2Response {
        let current = try bucket(request.bucket).versions.sorted { $0.key < $1.key }.compactMap { key, versions in
            versions[0].content.map { content in
                let entry = ObjectEntry(
                    key: key, lastModified: versions[0].lastModified, eTag: content.eTag, size: UInt64(content.bytes.count),
                    checksumAlgorithm: content.checksum.algorithm, checksumType: content.checksum.type)
                return (key.bytes, entry)
            }
        }
        let marker = request.continuationToken?.position ?? request.startAfter
        let behind = Self.shown(current, request.scope).filter { shown in
            marker.map { $0.lexicographicallyPrecedes(shown.position) } ?? true
        }
        let cut = try Self.cut(behind, request.scope)
        return ListObjectsV2Response(
            contents: cut.items, commonPrefixes: cut.commonPrefixes,
            nextContinuationToken: cut.last.map { ContinuationToken(after: $0.position) })
    }

    func listObjectVersions(_ request: ListObjectVersionsRequest) throws(ObjectStoreError) -> ListObjectVersionsResponse {
        let bucket = try bucket(request.bucket)
        guard request.versionIDMarker == nil || request.keyMarker != nil else {
            throw .argument("version-id-marker", "", "A version-id marker cannot be specified without a key marker.")
        }
        let all = bucket.versions.sorted { $0.key < $1.key }.flatMap { key, versions in
            versions.enumerated().map { index, version in
                let object = version.content.map {
                    VersionEntry.Object(
                        eTag: $0.eTag, size: UInt64($0.bytes.count), checksumAlgorithm: $0.checksum.algorithm,
                        checksumType: $0.checksum.type)
                }
                let entry = VersionEntry(
                    key: key, versionID: version.versionID, isLatest: index == 0, lastModified: version.lastModified, object: object)
                return (key.bytes, entry)
            }
        }
        let shown = Self.shown(all, request.scope)
        let begin = Self.begin(
            shown, request.keyMarker, request.versionIDMarker?.text
        ) { $0.versionID.text }
        let cut = try Self.cut(Array(shown[begin...]), request.scope)
        return ListObjectVersionsResponse(
            versions: cut.items, commonPrefixes: cut.commonPrefixes, nextKeyMarker: cut.last?.position,
            nextVersionIDMarker: cut.last?.item?.versionID)
    }

    func listMultipartUploads(_ request: ListMultipartUploadsRequest) throws(ObjectStoreError) -> ListMultipartUploadsResponse {
        let all = try bucket(request.bucket).uploads.enumerated()
            .sorted { ($0.element.request.key, $0.offset) < ($1.element.request.key, $1.offset) }
            .map { _, upload in
                let entry = UploadEntry(
                    key: upload.request.key, uploadID: upload.uploadID, initiated: upload.initiated, checksum: upload.checksum)
                return (upload.request.key.bytes, entry)
            }
        let shown = Self.shown(all, request.scope)
        let begin = Self.begin(shown, request.keyMarker, request.uploadIDMarker?.text) { $0.uploadID.text }
        let cut = try Self.cut(Array(shown[begin...]), request.scope)
        return ListMultipartUploadsResponse(
            uploads: cut.items, commonPrefixes: cut.commonPrefixes, nextKeyMarker: cut.last?.position,
            nextUploadIDMarker: cut.last?.item?.uploadID)
    }

    /// Where a page begins whose marker may be in the middle of a key.
    private static func begin<Item: Sendable>(
        _ shown: [Shown<Item>], _ keyMarker: [UInt8]?, _ idMarker: String?, id: (Item) -> String
    ) -> Int {
        guard let keyMarker else { return 0 }
        guard let idMarker else { return shown.firstIndex { keyMarker.lexicographicallyPrecedes($0.position) } ?? shown.count }
        let exact = shown.firstIndex { $0.position == keyMarker && $0.item.map(id) == idMarker }
        // A marker inside a common prefix is behind that prefix.
        let next = shown.firstIndex { !$0.position.lexicographicallyPrecedes(keyMarker) && ($0.item != nil || $0.position != keyMarker) }
        return exact.map { $0 + 1 } ?? next ?? shown.count
    }
}
