import OpenSSL
import SystemPackage
import TestSupport

@testable import Integrity

/// Entries of every kind and with every combination of members, in order.
enum RandomEntries {
    static func make(count: Int, using generator: inout SeededGenerator) -> [ManifestEntry] {
        var paths: Set<EntryPath> = []
        while paths.count < count { paths.insert(path(&generator)) }
        var lastIdentity = EntryIdentity(changeTime: EntryTime(seconds: 5, nanoseconds: 6), device: 7, inode: 8, linkCount: 1)
        return paths.sorted().map { path in
            let entry = entry(path, lastIdentity, &generator)
            lastIdentity = entry.identity ?? lastIdentity
            return entry
        }
    }

    static func path(_ generator: inout SeededGenerator) -> EntryPath {
        let names = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                let characters = Array("aab.c \n\\é".utf8) + [0xFF, 0x01]
                return characters[Int.random(in: 0..<characters.count, using: &generator)]
            }
        }
        do {
            return try EntryPath(Array(names.joined(separator: [UInt8(ascii: "/")])))
        } catch {
            // "." or "..": another one.
            return path(&generator)
        }
    }

    private static func entry(_ path: EntryPath, _ last: EntryIdentity, _ generator: inout SeededGenerator) -> ManifestEntry {
        let types: [EntryType] = [.file, .file, .file] + EntryType.allCases
        var entry = ManifestEntry(path: path, type: types[Int.random(in: 0..<types.count, using: &generator)])
        if Int.random(in: 0..<5, using: &generator) > 0 {
            entry.metadata = EntryMetadata(
                permissions: [0o644, 0o4755, 0o7777, 0][Int.random(in: 0..<4, using: &generator)],
                user: [0, 1000, .max][Int.random(in: 0..<3, using: &generator)], group: 0,
                modificationTime: time(&generator))
        }
        if Bool.random(using: &generator) { entry.identity = identity(entry, last, &generator) }
        switch entry.type {
        case .file: addContent(to: &entry, &generator)
        case .symbolicLink: entry.linkTarget = Array("../x".utf8)
        case .characterDevice, .blockDevice: entry.deviceNumber = generator.next()
        case .folder, .pipe, .socket: break
        }
        if Int.random(in: 0..<9, using: &generator) == 0 { entry.attributes = generator.hash() }
        return entry
    }

    private static func identity(_ entry: ManifestEntry, _ last: EntryIdentity, _ generator: inout SeededGenerator) -> EntryIdentity {
        var identity = last
        identity.inode = Bool.random(using: &generator) ? last.inode &+ 1 : generator.next()
        identity.changeTime = Bool.random(using: &generator) ? entry.metadata?.modificationTime ?? time(&generator) : time(&generator)
        if Int.random(in: 0..<4, using: &generator) == 0 { identity.linkCount = UInt32(truncatingIfNeeded: generator.next()) }
        return identity
    }

    private static func addContent(to entry: inout ManifestEntry, _ generator: inout SeededGenerator) {
        guard Int.random(in: 0..<8, using: &generator) > 0 else {
            entry.unreadable = .ioError
            return
        }
        entry.byteCount = [0, 1, 4096, 65_536, 65_537, 200_000, 1 << 20][Int.random(in: 0..<7, using: &generator)]
        if Bool.random(using: &generator) { entry.root = generator.hash() }
        if entry.root == nil || Bool.random(using: &generator) {
            entry.digests = [DigestAlgorithm.md5, .sha256, .blake2b512].filter { _ in Bool.random(using: &generator) }.map { algorithm in
                ContentDigest(algorithm, bytes: (0..<algorithm.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
        }
    }

    private static func time(_ generator: inout SeededGenerator) -> EntryTime {
        let seconds = [0, 1_700_000_000, Int64.min, Int64.max, -1][Int.random(in: 0..<5, using: &generator)]
        return EntryTime(seconds: seconds, nanoseconds: UInt32.random(in: 0..<1_000_000_000, using: &generator))
    }

    /// As many leaves as the file of a manifest has for the entry.
    static func leaves(_ entry: ManifestEntry, _ generator: inout SeededGenerator) -> [TreeHash] {
        (0..<entry.storedLeafCount).map { _ in generator.hash() }
    }
}

extension SeededGenerator {
    mutating func hash() -> TreeHash { TreeHash(bytes(TreeHash.byteCount)) ?? .zero }
}
