import KeyStore
import ObjectStore

/// One item of a page, in the order in which S3 lists them.
struct ListedItem: Sendable {
    enum Kind: Sendable {
        case object(UInt64)
        case marker
        case prefix
    }

    /// The key, or the common prefix.
    let name: [UInt8]
    let kind: Kind
    var lastModified: Timestamp?
    var versionID: VersionID?
    var isLatest = true
    /// As JSON.
    let members: [String: JSONValue?]
}

/// All of a bucket that begins with a prefix, page by page: as it is, or as it was at a time. No more than a page is kept.
struct ObjectPages: Sendable {
    let objects: LocalObjectService
    let bucket: BucketName
    let prefix: [UInt8]
    /// nil for everything below the prefix.
    var delimiter: [UInt8]?
    /// nil: as things are at present.
    var time: Timestamp?

    private var scope: ListingScope { ListingScope(prefix: prefix, delimiter: delimiter) }

    /// The current objects.
    func forEachPage(_ body: ([ListedItem]) async throws -> Void) async throws {
        var request = ListObjectsV2Request(bucket: bucket, scope: scope)
        if let time {
            repeat {
                let page = try await objects.listObjects(request, asOf: time)
                try await body(Self.rows(page))
                request.startAfter = page.nextKeyMarker
            } while request.startAfter != nil
            return
        }
        repeat {
            let page = try await objects.listObjectsV2(request)
            let rows = page.contents.map { entry in
                ListedItem(
                    name: entry.key.bytes, kind: .object(entry.size), lastModified: entry.lastModified, members: entry.members())
            }
            try await body(Self.merged(rows, page.commonPrefixes))
            request.continuationToken = page.nextContinuationToken
        } while request.continuationToken != nil
    }

    /// All versions and delete markers.
    func forEachVersionPage(_ body: ([ListedItem]) async throws -> Void) async throws {
        var request = ListObjectVersionsRequest(bucket: bucket, scope: scope)
        repeat {
            let page = try await objects.listObjectVersions(request)
            try await body(Self.rows(page))
            request.keyMarker = page.nextKeyMarker
            request.versionIDMarker = page.nextVersionIDMarker
        } while request.keyMarker != nil
    }

    private static func rows(_ page: ListObjectVersionsResponse) -> [ListedItem] {
        let rows = page.versions.map { entry in
            ListedItem(
                name: entry.key.bytes, kind: entry.object.map { .object($0.size) } ?? .marker, lastModified: entry.lastModified,
                versionID: entry.versionID, isLatest: entry.isLatest,
                members: entry.members().merging(["IsDeleteMarker": entry.isDeleteMarker ? .bool(true) : nil]) { $1 })
        }
        return merged(rows, page.commonPrefixes)
    }

    /// Keys and prefixes come apart, each in its order.
    private static func merged(_ rows: [ListedItem], _ prefixes: [[UInt8]]) -> [ListedItem] {
        var merged: [ListedItem] = []
        merged.reserveCapacity(rows.count + prefixes.count)
        var rest = prefixes[...]
        for row in rows {
            while let prefix = rest.first, prefix.lexicographicallyPrecedes(row.name) {
                merged.append(Self.row(prefix: rest.removeFirst()))
            }
            merged.append(row)
        }
        return merged + rest.map { row(prefix: $0) }
    }

    private static func row(prefix: [UInt8]) -> ListedItem {
        ListedItem(name: prefix, kind: .prefix, members: ["Prefix": .string(String(decoding: prefix, as: UTF8.self))])
    }
}
