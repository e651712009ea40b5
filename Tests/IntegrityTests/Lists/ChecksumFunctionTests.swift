import Envelope
import Foundation
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Checksum functions")
struct ChecksumFunctionTests {
    @Test(
        "names are read as people and programs write them",
        arguments: [
            ("sha256", .sha256), ("SHA256", .sha256), ("SHA-256", .sha256), ("sha_256", .sha256), ("SHA2-256", .sha256),
            ("SHA2-512", .sha512),
            ("md5", .md5), ("MD5", .md5), ("SHA1", .sha1), ("BLAKE2b", .blake2b), ("BLAKE2B-512", .blake2b), ("blake2b512", .blake2b),
            ("CRC32", .crc32), ("crc32c", .crc32c), ("CRC64NVME", .crc64nvme), ("sha224", .sha224), ("SHA2-384", .sha384),
            ("BLAKE2b-256", nil), ("SHA512/256", nil), ("SHA3-256", nil), ("", nil), ("sha25", nil), ("SHA2-1", nil), ("SHA2-56", nil),
            ("sha--256", nil), ("BLAKE2b-", nil),
        ] as [(String, ChecksumFunction?)])
    func names(text: String, function: ChecksumFunction?) {
        #expect(ChecksumFunction(name: text) == function)
    }

    @Test("each digest of OpenSSL is one, with the same length, and the others are CRCs")
    func digests() {
        for digest in DigestAlgorithm.allCases {
            #expect(ChecksumFunction(digest).digest == digest)
            #expect(ChecksumFunction(digest).byteCount == digest.byteCount)
        }
        #expect(ChecksumFunction.allCases.filter { $0.digest == nil } == [.crc32, .crc32c, .crc64nvme])
        for function in ChecksumFunction.allCases { #expect(ChecksumFunction(name: function.tag) == function) }
    }

    /// The check values of the catalogues of CRCs, and of FIPS 180, RFC 1321 and RFC 7693.
    static let known: [(ChecksumFunction, String, String)] = [
        (.crc32, "123456789", "cbf43926"), (.crc32c, "123456789", "e3069283"), (.crc64nvme, "123456789", "ae8b14860a799888"),
        (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"), (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha224, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
        (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (.crc32, "", "00000000"), (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            .blake2b, "abc",
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        ),
    ]

    @Test("published checksums, whole and in pieces, alone and beside others", arguments: known)
    func publishedChecksums(function: ChecksumFunction, text: String, checksum: String) throws {
        let bytes = Array(text.utf8)
        var pieces = try ContentHasher([function])
        for byte in bytes { try pieces.update([byte].bytes) }
        #expect(try pieces.finalize().checksums.map(\.hexadecimal) == [checksum])
        var whole = try ContentHasher(ChecksumFunction.allCases)
        try whole.update(bytes.bytes)
        let content = try whole.finalize()
        #expect(content.byteCount == UInt64(bytes.count))
        #expect(content.checksums.map(\.function) == ChecksumFunction.allCases)
        #expect(content.checksums.first { $0.function == function }?.hexadecimal == checksum)
    }

    @Test("a file is read to its end, from where a descriptor stands, and its progress is told")
    func files() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        let content = generator.bytes(600_000)
        try folder.write(content, to: [0xFF, 0x0A])
        let path = folder.path(bytes: [0xFF, 0x0A])
        let told = Mutex<[UInt64]>([])
        let monitor = WorkMonitor(didAdvance: { count in told.withLock { $0.append(count) } })
        let whole = try ContentChecksums(of: .path(path), [.sha256, .crc32c], monitor: monitor)
        #expect(told.withLock { $0 } == [262_144, 524_288, 600_000])
        #expect(whole.byteCount == 600_000)
        #expect(try whole.checksums[0].bytes == Digest.hash(.sha256, content.bytes))

        let file = try FileDescriptor.open(FilePath(platformString: path.map(CChar.init(bitPattern:)) + [0]), .readOnly)
        try file.closeAfter {
            try file.seek(offset: 500_000, from: .start)
            let rest = try ContentChecksums(of: .descriptor(file, name: "rest"), [.sha256])
            #expect(try rest.checksums[0].bytes == Digest.hash(.sha256, Array(content[500_000...]).bytes))
        }
    }

    @Test("a file that is written to while it is read is read again, from where it was begun", arguments: [1, 3, 4])
    func writtenTo(count: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("0123456789".utf8), to: "file")
        let path = folder.file("file")
        let looks = Mutex(0)
        let monitor = WorkMonitor(didAdvance: { _ in
            let number = looks.withLock { looks in
                looks += 1
                return looks
            }
            // Each content is one block, so this is told once for each look.
            if number <= count { #expect(truncate(path.string, off_t(10 - number)) == 0) }
        })
        let file = try FileDescriptor.open(path, .readOnly)
        try file.closeAfter {
            try file.seek(offset: 2, from: .start)
            let read = { try ContentChecksums(of: .descriptor(file, name: "file"), [.sha256], monitor: monitor) }
            guard count <= EntryStatus.maximumRereadCount else {
                #expect(throws: IntegrityError(.changedMeanwhile, "")) { try read() }
                return
            }
            let content = try read()
            #expect(content.byteCount == UInt64(8 - count))
            let rest = Array("0123456789".utf8.dropFirst(2).dropLast(count))
            #expect(try content.checksums[0].bytes == Digest.hash(.sha256, rest.bytes))
        }
    }

    @Test("a file that grows while it is read has no end to wait for")
    func growing() throws {
        let folder = try TemporaryFolder()
        try folder.write([1], to: "file")
        let path = folder.file("file").string
        let monitor = WorkMonitor(didAdvance: { count in _ = truncate(path, off_t(count + 1)) })
        #expect(throws: IntegrityError(.changedMeanwhile, "")) {
            try ContentChecksums(of: .path(folder.path(bytes: Array("file".utf8))), [.sha256], monitor: monitor)
        }
        let listed = ListedFile(path: folder.path(bytes: Array("file".utf8)), checksums: [ContentChecksum(.crc32, bytes: [0, 0, 0, 0])])
        #expect(try listed.verdict(monitor: monitor) == .unreadable(IntegrityError(.changedMeanwhile, "")))
    }

    @Test("what cannot be read says why")
    func failures() throws {
        let folder = try TemporaryFolder()
        try folder.write([1], to: "file")
        func code(_ source: ContentSource, _ monitor: WorkMonitor = WorkMonitor()) throws -> IntegrityError.Code? {
            do {
                _ = try ContentChecksums(of: source, [.md5], monitor: monitor)
                return nil
            } catch {
                #expect(error.code == .cancelled || error.message.contains("/"))
                return error.code
            }
        }
        #expect(try code(.path(folder.path(bytes: Array("file".utf8)))) == nil)
        #expect(try code(.path(folder.path(bytes: Array("nothing".utf8)))) == .notFound)
        #expect(try code(.path(folder.path(bytes: Array("".utf8)))) == .invalidArgument)
        #expect(try code(.path(folder.path(bytes: Array("file/".utf8)))) == .unreadable)
        #expect(try code(.path(folder.path(bytes: Array("file\0x".utf8)))) == .invalidArgument)
        #expect(try code(.path(folder.path(bytes: Array("file".utf8))), WorkMonitor(isCancelled: { true })) == .cancelled)
    }
}
