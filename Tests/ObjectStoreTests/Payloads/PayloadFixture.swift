import AgeFormat
import Envelope
import Foundation
import KeyStore
import Synchronization
import SystemPackage
import TestSupport

@testable import ObjectStore

/// A folder of blobs and a file key, for one test.
final class PayloadFixture: Sendable {
    static let identity = "AGE-SECRET-KEY-10GRVZUD9LVZNUX5TMRN553X9CC4H2ZVTWSFSTXCMX9RFMJGV4RGS52NNHA"
    static let recipient = "age1wlnx4xrvaa5wu632s007sdzc5hgkm4pgfyyu3hucz3ph8vg3h3dqxvcdj8"

    private let temporary: TemporaryFolder
    let folder: BlobFolder
    let fileKey: FileKey
    /// Padded: with a nonce, it fills a page.
    let header: [UInt8]

    init(calls: any FileCalls = SystemFileCalls()) async throws {
        temporary = try TemporaryFolder()
        folder = BlobFolder(path: temporary.file("objects"), calls: calls)
        fileKey = try FileKey.generate()
        let stanzas = try await X25519Recipient(AgeRecipient(Self.recipient)).wrap(fileKey).stanzas
        header = try AgeHeader.encoded(HeaderPadding.Policy.page.padded(stanzas), authenticatedBy: fileKey)
    }

    var path: FilePath { temporary.path }

    func file(_ name: String) -> FilePath { temporary.file(name) }

    func store(
        _ body: any ObjectBody, byteLimit: UInt64 = .max, checksums: Set<ChecksumAlgorithm> = [.crc64NVME], mayBeInline: Bool = true
    ) async throws(ObjectStoreError) -> StoredPayload {
        try await PayloadWriter(folder: folder).store(
            body, byteLimit: byteLimit, fileKey: fileKey, checksums: checksums, mayBeInline: mayBeInline
        ) { () throws(ObjectStoreError) in header }
    }

    /// Stores bytes as a segment.
    func segment(_ bytes: [UInt8], mayBeInline: Bool = true) async throws -> PayloadSegment {
        let stored = try await store(BytesBody(bytes), mayBeInline: mayBeInline)
        return PayloadSegment(place: stored.place, byteCount: stored.byteCount)
    }

    func body(_ segments: [PayloadSegment], _ range: Range<UInt64>? = nil) throws(ObjectStoreError) -> PayloadBody {
        try PayloadBody(
            segments, range: range ?? 0..<segments.reduce(0) { $0 + $1.byteCount }, fileKey: fileKey, folder: folder,
            objectName: "bucket/key")
    }

    func verify(_ segment: PayloadSegment, isCancelled: @escaping @Sendable () -> Bool = { false }) throws(ObjectStoreError) -> UInt64 {
        try PayloadVerifier().verify(segment, fileKey: fileKey, folder: folder, objectName: "bucket/key", isCancelled: isCancelled)
    }

    /// All that is in the folder of blobs but folders, as paths within it.
    func files() throws -> [String] {
        guard FileManager.default.fileExists(atPath: folder.path.string) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path.string).sorted().filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder.path.appending($0).string, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    func read(_ path: FilePath) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path.string))) }

    func write(_ bytes: [UInt8], to path: FilePath) throws { try Data(bytes).write(to: URL(fileURLWithPath: path.string)) }
}

extension PayloadSegment {
    var blob: BlobName? {
        if case .blob(let name, _, _, _) = place { name } else { nil }
    }

    var inline: [UInt8]? {
        if case .inline(let bytes) = place { bytes } else { nil }
    }
}

extension ObjectBody {
    /// All that it gives, and what it ends with, read in pieces of a size.
    func drain(pieces: Int = 100_000) async -> (bytes: [UInt8], error: ObjectStoreError?) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieces, alignment: 16)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        do throws(ObjectStoreError) {
            while true {
                let count = try await read(into: buffer)
                guard count > 0 else { return (bytes, nil) }
                bytes.append(contentsOf: buffer[..<count])
            }
        } catch {
            return (bytes, error)
        }
    }
}

/// A body that comes in small pieces, says what it likes about its size, and may fail.
final class OddBody: ObjectBody {
    let byteCount: UInt64?
    private let bytes: [UInt8]
    private let pieceByteCount: Int
    private let failAt: Int?
    private let willRead: @Sendable (Int) async -> Void
    private let position = Mutex(0)

    init(
        _ bytes: [UInt8], saying byteCount: UInt64? = nil, pieces pieceByteCount: Int = .max, failAt: Int? = nil,
        willRead: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.bytes = bytes
        self.byteCount = byteCount
        self.pieceByteCount = pieceByteCount
        self.failAt = failAt
        self.willRead = willRead
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        await willRead(position.withLock { $0 })
        return try position.withLock { position throws(ObjectStoreError) in
            if let failAt, position >= failAt { throw ObjectStoreError(.requestTimeout) }
            let count = min(buffer.count, pieceByteCount, bytes.count - position)
            buffer.copyBytes(from: bytes[position..<position + count])
            position += count
            return count
        }
    }
}

/// Bytes that are the same for the same seed.
func randomBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return generator.block(count)
}
