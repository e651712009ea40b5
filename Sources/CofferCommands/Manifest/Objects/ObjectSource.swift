import Integrity
import KeyStore
import ObjectStore
import OpenSSL
import Synchronization
import SystemPackage

/// The current objects below a prefix, as a manifest sees them: the path of each is its key without the prefix.
///
/// They are listed once; after that each is looked at in the version that was listed. In a bucket without versions that is the only one.
final class ObjectSource: EntrySource {
    /// A time that everything was written before: a listing as of then is of what is current, and names versions.
    private static let present = Timestamp(nanoseconds: .max)

    private let objects: LocalObjectService
    /// A whole bucket, or with a slash at its end.
    private let location: ObjectURL
    private let ending = Mutex<ObjectStoreError?>(nil)

    init(_ objects: LocalObjectService, _ location: ObjectURL) {
        self.objects = objects
        self.location = location.asFolder
    }

    /// Why a run ended early, in the words of the store.
    var failure: ObjectStoreError? { ending.withLock { $0 } }

    func page(after position: [UInt8]?) async throws(EntrySourceError) -> EntrySourcePage {
        var request = ListObjectsV2Request(bucket: location.bucket, scope: ListingScope(prefix: location.path))
        request.startAfter = position
        do throws(ObjectStoreError) {
            let page = try await objects.listObjects(request, asOf: Self.present)
            return EntrySourcePage(items: page.versions.compactMap(item), next: page.nextKeyMarker)
        } catch {
            throw end(error)
        }
    }

    /// nil for an object that only shows a folder, as consoles of S3 make them.
    private func item(_ version: VersionEntry) -> SourceItem? {
        guard let object = version.object else { return nil }
        let key = version.key.bytes
        guard object.size > 0 || key.last != UInt8(ascii: "/") else { return nil }
        return SourceItem(
            path: Array(key[location.path.count...]), byteCount: object.size, version: Array(version.versionID.text.utf8),
            hasDigests: object.checksumAlgorithm == .sha256 && object.checksumType == .fullObject)
    }

    func description(of item: SourceItem) async throws(EntrySourceError) -> SourceDescription {
        do throws(ObjectStoreError) {
            var request = GetObjectRequest(try reference(item))
            request.checksumMode = true
            let object = try await objects.headObject(request)
            return SourceDescription(byteCount: object.objectSize, digests: [object.checksum?.wholeDigest].compactMap { $0 })
        } catch {
            throw reason(error)
        }
    }

    func open(_ item: SourceItem) async throws(EntrySourceError) -> any SourceContent {
        do throws(ObjectStoreError) {
            let response = try await objects.getObject(GetObjectRequest(try reference(item)))
            return ObjectContent(source: self, response)
        } catch {
            throw reason(error)
        }
    }

    private func reference(_ item: SourceItem) throws(ObjectStoreError) -> ObjectReference {
        ObjectReference(
            bucket: location.bucket, key: try ObjectKey(location.path + item.path),
            versionID: try VersionID(String(decoding: item.version, as: UTF8.self)))
    }

    /// What an error that came with one object says.
    fileprivate func reason(_ error: ObjectStoreError) -> EntrySourceError {
        switch error.code {
        case .noSuchKey, .noSuchVersion, .methodNotAllowed: .gone
        case .damagedObject, .damagedRecord, .storageFailure: .unreadable(.ioError, error.message)
        default: end(error)
        }
    }

    private func end(_ error: ObjectStoreError) -> EntrySourceError {
        ending.withLock { if $0 == nil { $0 = error } }
        return .failed(IntegrityError(.unreadable, "\(location): \(error.message)"))
    }
}

/// The bytes of an object, with errors as a manifest sees them.
private final class ObjectContent: SourceContent {
    let byteCount: UInt64
    private let source: ObjectSource
    private let body: any ObjectBody

    init(source: ObjectSource, _ response: GetObjectResponse) {
        self.source = source
        byteCount = response.description.objectSize
        body = response.body
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(EntrySourceError) -> Int {
        do throws(ObjectStoreError) {
            return try await body.read(into: buffer)
        } catch {
            throw source.reason(error)
        }
    }
}

extension Checksum {
    /// As a digest of the whole content: nil for a checksum of parts, and for functions that an attacker gets around.
    fileprivate var wholeDigest: ContentDigest? {
        guard algorithm == .sha256, type == .fullObject else { return nil }
        return ContentDigest(.sha256, bytes: bytes)
    }
}
