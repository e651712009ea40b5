import Findings
import Foundation
import GRDB
import KeyStore
import KeyTestSupport
import SystemPackage
import Testing

@testable import ObjectStore

/// A store with one of each kind of thing in it, for a test to damage.
struct DamagedStore: Sendable {
    let store: LocalStore
    let service: LocalObjectService
    let subject: Subject
    /// Of 100 000 bytes, in a file: `blob`, and its copy `copy`.
    let blob: PutObjectResponse
    let upload: UploadReference

    static let blobText = String(repeating: "0123456789", count: 10_000)

    init() async throws {
        store = try LocalStore()
        service = try await store.open()
        subject = Subject(service: service, clock: store.clock)
        try await subject.createBucket(.enabled)
        try await service.putBucketTagging(Subject.bucket, TagSet([ObjectTag(key: "a", value: "b")]))
        try await subject.put("small", "1")
        store.clock.pass(.seconds(60))
        try await subject.put("small", "2")
        blob = try await subject.put("blob", Self.blobText)
        _ = try await service.copyObject(
            CopyObjectRequest(copySource: subject.object("blob"), bucket: Subject.bucket, key: Subject.key("copy")))
        try await subject.delete("gone")
        // A version that shares its seal with the one that it was.
        _ = try await service.restore(
            RestoreRequest(bucket: Subject.bucket, prefix: Array("small".utf8), time: Timestamp(seconds: store.clock.now.seconds - 30))
        ) { _ in }
        try await Self.putParts("parts", subject)
        upload = try await service.createMultipartUpload(
            CreateMultipartUploadRequest(bucket: Subject.bucket, key: Subject.key("open"))
        ).upload
        _ = try await service.uploadPart(UploadPartRequest(upload: upload, partNumber: 1, body: BytesBody("part")))
    }

    /// An object of two parts, 5 MiB and a few bytes.
    static func putParts(_ key: String, _ subject: Subject) async throws {
        let upload = try await subject.service.createMultipartUpload(
            CreateMultipartUploadRequest(bucket: Subject.bucket, key: Subject.key(key))
        ).upload
        var parts: [CompletedPart] = []
        for (number, byteCount) in [(1, Int(PartRules.minimumByteCount)), (2, 10)] {
            let body = BytesBody([UInt8](repeating: UInt8(number), count: byteCount))
            let part = try await subject.service.uploadPart(UploadPartRequest(upload: upload, partNumber: number, body: body))
            parts.append(CompletedPart(partNumber: number, eTag: part.eTag))
        }
        _ = try await subject.service.completeMultipartUpload(CompleteMultipartUploadRequest(upload: upload, parts: parts))
    }

    func check(repair: Bool = false) async throws -> StoreCheck { try await service.check(repair: repair) }

    // MARK: Files

    /// The file of a version's bytes; of a part of it, its number.
    func file(of key: String, part: Int? = nil) throws -> URL {
        let blobID = try service.view { reader throws(ObjectStoreError) -> Int64 in
            let seal = try reader.locateAll(subject.object(key)).seal
            switch seal.layout {
            case .blob(let id): return id
            case .parts: return try reader.parts(of: seal.id)[(part ?? 1) - 1].blob
            case .inline: throw ObjectStoreError(.internalError)
            }
        }
        let name = try service.view { reader throws(ObjectStoreError) in try reader.blob(blobID).name }
        return store.folder.appendingPathComponent("objects/\(name.shard)/\(name.fileName)")
    }

    func path(of key: String, part: Int? = nil) throws -> FilePath { FilePath(try file(of: key, part: part).path) }

    /// Changes one bit of a file, `offset` bytes from its begin, or from its end if that is negative.
    static func flip(_ file: URL, at offset: Int) throws {
        let handle = try FileHandle(forUpdating: file)
        let end = try handle.seekToEnd()
        let position = offset >= 0 ? UInt64(offset) : end - UInt64(-offset)
        try handle.seek(toOffset: position)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: position)
        try handle.write(contentsOf: Data([byte ^ 0x10]))
        try handle.close()
    }

    /// A file that was not changed for a day, as far as the clock of the store says.
    func plant(_ path: String) throws -> URL {
        let file = store.folder.appendingPathComponent("objects/\(path)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("age-encryption.org/v1\n".utf8).write(to: file)
        let date = Date(timeIntervalSince1970: Double(store.clock.now.seconds - 86_400))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
        return file
    }

    /// Every file below `objects/`, by its content, wherever it lies.
    func contents() throws -> [Data] {
        let root = store.folder.appendingPathComponent("objects")
        let enumerator = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey]))
        var contents: [Data] = []
        for case let file as URL in enumerator where try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
            contents.append(try Data(contentsOf: file))
        }
        return contents.sorted { $0.lexicographicallyPrecedes($1) }
    }

    // MARK: Rows

    /// Puts a row back as it was before `change`, as somebody with a copy of it could: its MAC is good.
    func rollBack(_ table: String, _ condition: String, _ change: () async throws -> Void) async throws {
        try store.edit("CREATE TABLE kept AS SELECT * FROM \(table) WHERE \(condition)")
        try await change()
        try store.edit("INSERT OR REPLACE INTO \(table) SELECT * FROM kept")
        try store.edit("DROP TABLE kept")
    }
}
