import Glibc
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Manifest file")
struct ManifestFileTests {
    @Test("what is written is read, with its leaves, and comes to the root of its canonical entries", arguments: 0..<20)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let entries = RandomEntries.make(count: [0, 1, 7, 300][Int(seed) % 4], using: &generator)
        let leaves = entries.map { RandomEntries.leaves($0, &generator) }
        let written = try Written(entries, leaves)
        let file = try written.open()
        #expect(file.notes == Written.notes)
        #expect(written.root == (try naiveRoot(entries)))
        var reader = try ManifestEntries(file, entryCount: written.entryCount, root: written.root)
        var index = 0
        while let element = try reader.next() {
            #expect(element.entry == entries[index])
            #expect(element.index == UInt64(index))
            let recorded = try element.leaves.map { try $0.hashes(0..<$0.count) } ?? []
            #expect(recorded == leaves[index])
            index += 1
        }
        #expect(index == entries.count)
    }

    @Test("entries of more than one block are read, and each block alone")
    func manyBlocks() throws {
        var generator = SeededGenerator(seed: 99)
        let entries = RandomEntries.make(count: 4000, using: &generator)
        let written = try Written(entries, entries.map { RandomEntries.leaves($0, &generator) })
        #expect(written.bytes.count > 3 * ManifestFormat.blockByteCount)
        let file = try written.open()
        var reader = try ManifestEntries(file, entryCount: written.entryCount, root: written.root)
        var read: [ManifestEntry] = []
        while let element = try reader.next() { read.append(element.entry) }
        #expect(read == entries)
    }

    @Test("times any distance apart are read as they were, and near ones take little", arguments: 0..<10 as Range<UInt64>)
    func times(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let seconds: [Int64] = [.min, .min + 1, -9_000_000_001, -9_000_000_000, -1, 0, 1, 9_000_000_000, 9_000_000_001, .max - 1, .max]
        func time() -> EntryTime {
            let base = seconds[Int.random(in: 0..<seconds.count, using: &generator)]
            let nanoseconds: [UInt32] = [0, 1, 500_000_000, 999_999_999]
            return EntryTime(seconds: base, nanoseconds: nanoseconds[Int.random(in: 0..<4, using: &generator)])
        }
        var last = RecordedTimes(modified: EntryTime(seconds: 0, nanoseconds: 0), changed: EntryTime(seconds: 0, nanoseconds: 0)).entry
        for _ in 0..<200 {
            let entry = RecordedTimes(modified: time(), changed: time()).entry
            var writer = ByteWriter()
            EntryRecord.append(entry, after: last, to: &writer)
            var reader = ByteReader(writer.bytes, of: "a record")
            #expect(try EntryRecord.parse(after: last, &reader) == entry)
            #expect(reader.isAtEnd)
            last = entry
        }
        // A millisecond later, with the next inode: marks, a shared path of one byte and nothing more, and three bytes for the time.
        let first = RecordedTimes(modified: EntryTime(seconds: 5, nanoseconds: 999_500_000), changed: EntryTime(seconds: 5, nanoseconds: 0))
            .entry
        let later = EntryTime(seconds: 6, nanoseconds: 500_000)
        var next = RecordedTimes(modified: later, changed: later).entry
        next.identity?.inode = 2
        var writer = ByteWriter()
        EntryRecord.append(next, after: first, to: &writer)
        #expect(writer.count == 1 + 3 + 3)
    }

    @Test("a time that is too far from the one before it is damage and no trap")
    func farTimes() {
        for (base, difference) in [(Int64.min, Int64.min + 1), (.max, .max)] {
            let time = EntryTime(seconds: base, nanoseconds: base < 0 ? 0 : 999_999_999)
            let last = RecordedTimes(modified: time, changed: time).entry
            var writer = ByteWriter()
            // Everything but the modification time is shared; the path is longer by nothing.
            writer.append([1 | 2 | 8 | 16 | 32 | 64, 1, 0] as [UInt8])
            writer.append(difference: difference)
            let bytes = writer.bytes
            #expect(throws: IntegrityError(.damaged, "")) {
                var reader = ByteReader(bytes, of: "a record")
                _ = try EntryRecord.parse(after: last, &reader)
            }
        }
    }

    @Test("no bit of the entries can be changed, and none of the rest without an error or without effect", arguments: 0..<6)
    func bitFlips(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let entries = RandomEntries.make(count: 12, using: &generator)
        let leaves = entries.map { RandomEntries.leaves($0, &generator) }
        let written = try Written(entries, leaves)
        for position in 0..<written.bytes.count {
            var bytes = written.bytes
            bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            do {
                let file = try written.open(bytes)
                // What the notes say is signed, and the leaves are compared with their root by whoever uses them.
                guard file.notes == Written.notes else { continue }
                var reader = try ManifestEntries(file, entryCount: written.entryCount, root: written.root)
                var read: [ManifestEntry] = []
                while let element = try reader.next() { read.append(element.entry) }
                #expect(read == entries, "byte \(position)")
            } catch let error as IntegrityError {
                #expect(
                    [.damaged, .invalidSignature, .truncated, .malformed, .newerFormat, .unsafePath].contains(error.code),
                    "byte \(position): \(error)")
            }
        }
    }

    @Test("a manifest that is cut anywhere is no manifest")
    func cuts() throws {
        var generator = SeededGenerator(seed: 4)
        let entries = RandomEntries.make(count: 5, using: &generator)
        let written = try Written(entries, entries.map { RandomEntries.leaves($0, &generator) })
        for count in 0..<written.bytes.count {
            #expect(throws: IntegrityError.self) { _ = try written.open(Array(written.bytes[..<count])) }
        }
    }

    @Test("entries that were taken from another manifest do not come to the root")
    func splice() throws {
        var generator = SeededGenerator(seed: 8)
        let entries = RandomEntries.make(count: 30, using: &generator)
        var others = entries
        others[3].byteCount = 17
        others[3].type = .file
        (others[3].linkTarget, others[3].deviceNumber, others[3].unreadable) = (nil, nil, nil)
        let written = try Written(entries, entries.map { RandomEntries.leaves($0, &generator) })
        let spliced = try Written(others, others.map { RandomEntries.leaves($0, &generator) })
        let file = try spliced.open()
        #expect(throws: IntegrityError(.invalidSignature, "")) {
            try ManifestEntries(file, entryCount: written.entryCount, root: written.root).drain()
        }
    }

    private func naiveRoot(_ entries: [ManifestEntry]) throws -> TreeHash {
        var hasher = try TreeHasher()
        func root(_ hashes: ArraySlice<TreeHash>) throws -> TreeHash {
            if hashes.isEmpty { return try hasher.empty() }
            if hashes.count == 1 { return hashes[hashes.startIndex] }
            var half = 1
            while half * 2 < hashes.count { half *= 2 }
            let middle = hashes.startIndex + half
            return try hasher.node(try root(hashes[..<middle]), try root(hashes[middle...]))
        }
        let leaves = try entries.map { entry in
            var writer = ByteWriter()
            CanonicalEntry.append(entry, to: &writer)
            #expect(try CanonicalEntry.parse(writer.bytes) == entry)
            return try hasher.leaf(writer.bytes.bytes)
        }
        return try root(leaves[...])
    }
}

/// An entry with such times, and nothing else that could differ.
private struct RecordedTimes {
    let modified: EntryTime
    let changed: EntryTime

    var entry: ManifestEntry {
        var entry = ManifestEntry(path: EntryPath(trusted: [0x61]), type: .pipe)
        entry.metadata = EntryMetadata(permissions: 0o644, user: 0, group: 0, modificationTime: modified)
        entry.identity = EntryIdentity(changeTime: changed, device: 1, inode: 1, linkCount: 1)
        return entry
    }
}

/// A manifest in a file without a name.
private struct Written {
    static let notes = [Array("first\n\n".utf8), Array("second\n\n".utf8)]
    let bytes: [UInt8]
    let entryCount: UInt64
    let root: TreeHash

    init(_ entries: [ManifestEntry], _ leaves: [[TreeHash]]) throws {
        let file = try ScratchFile()
        var writer = try ManifestWriter(to: file.descriptor, name: "test.manifest")
        for (entry, leaves) in zip(entries, leaves) { try writer.append(entry, leaves: leaves.isEmpty ? .none : .memory(leaves)) }
        (entryCount, root) = try writer.finishEntries()
        try writer.finish(notes: Self.notes)
        bytes = try file.bytes()
    }

    func open(_ bytes: [UInt8]? = nil) throws -> ManifestFile {
        let file = try ScratchFile(bytes ?? self.bytes)
        return try ManifestFile(try file.descriptor.duplicate(), name: "test.manifest", closes: true)
    }
}

/// A file that has no name and goes with its last descriptor.
final class ScratchFile {
    let descriptor: FileDescriptor

    init(_ bytes: [UInt8] = []) throws {
        let path = FilePath("/tmp/coffer-test-\(UInt64.random(in: 0 ... .max))")
        descriptor = try FileDescriptor.open(path, .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        path.withPlatformString { path in _ = unlink(path) }
        try descriptor.writeAll(bytes)
    }

    deinit { try? descriptor.close() }

    func bytes() throws -> [UInt8] {
        let count = Int(try descriptor.seek(offset: 0, from: .end))
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try descriptor.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}
