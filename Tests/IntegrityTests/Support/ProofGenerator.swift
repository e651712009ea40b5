import Foundation
import SystemPackage
import TestSupport

@testable import Integrity

/// Trees of everything that a tree may hold. The same seed gives the same tree.
struct ProofGenerator {
    private static let names: [[UInt8]] = [
        Array("a".utf8), Array("a.b".utf8), Array("a b".utf8), Array("-rf".utf8), Array("--help".utf8), Array("two\nlines".utf8),
        Array("\\x".utf8), Array("é".utf8), [0xFF, 0xFE], [0x61, 0xC3], Array("ä.txt".utf8), [0x01], Array("...".utf8), Array("B".utf8),
        Array("*".utf8), Array("a!".utf8), Array("z".utf8),
    ]
    private static let leaf = LeafLayout.leafByteCount

    var random: SeededGenerator
    /// Contents are told apart by it: by accident no two are the same.
    private var contentCount: UInt64 = 0
    private var inodeCount: UInt64 = 0

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func tree() throws -> ProofTree {
        var tree: ProofTree = [:]
        var folders: [[UInt8]] = [[]]
        let count = Int.random(in: 12...36, using: &random)
        while tree.count < count {
            let folder = folders[Int.random(in: 0..<folders.count, using: &random)]
            let path = try EntryPath(freeName(in: folder, of: tree))
            let state = state(of: tree)
            if state.type == .folder, folders.count < 12 { folders.append(path.bytes) }
            tree[path] = state
        }
        return tree
    }

    /// A path in a folder that nothing has.
    mutating func freeName(in folder: [UInt8], of tree: ProofTree) -> [UInt8] {
        let prefix = folder.isEmpty ? [] : folder + [0x2F]
        while true {
            var name = Self.names[Int.random(in: 0..<Self.names.count, using: &random)]
            if Bool.random(using: &random) { name += Array("\(Int.random(in: 0..<100, using: &random))".utf8) }
            let path = prefix + name
            if tree[EntryPath(trusted: path)] == nil { return path }
        }
    }

    private mutating func state(of tree: ProofTree) -> ProofState {
        let types: [EntryType] = [.file, .file, .file, .file, .file, .file, .file, .folder, .folder, .symbolicLink, .pipe, .socket]
        let type = types[Int.random(in: 0..<types.count, using: &random)]
        // A second name, now and then.
        let files = tree.values.filter { $0.type == .file }.sorted { $0.file.inode < $1.file.inode }
        if type == .file, !files.isEmpty, Int.random(in: 0..<10, using: &random) == 0 {
            return files[Int.random(in: 0..<files.count, using: &random)]
        }
        var state = ProofState(type)
        inodeCount += 1
        state.file = FileID(device: 0, inode: inodeCount)
        state.modified = time()
        state.permissions = [0o644, 0o600, 0o755][Int.random(in: 0..<3, using: &random)]
        if type == .folder { state.permissions = 0o755 }
        if geteuid() == 0 {
            if type == .file { state.permissions |= [0, 0, 0o4000, 0o1000][Int.random(in: 0..<4, using: &random)] }
            state.user = [0, 0, 1000][Int.random(in: 0..<3, using: &random)]
        } else {
            (state.user, state.group) = (geteuid(), getegid())
        }
        if type == .file { state.content = content(of: size()) }
        if type == .symbolicLink { state.target = [Array("a".utf8), Array("../..".utf8), [0xFF]][Int.random(in: 0..<3, using: &random)] }
        if ProofAttributes.areSupported, type == .file || type == .folder, Int.random(in: 0..<6, using: &random) == 0 {
            state.attributes = [Array("user.note".utf8): bytes(5), Array("user.a".utf8): []]
        }
        return state
    }

    /// Long ago, so that whatever is written now has another time.
    private mutating func time() -> EntryTime {
        EntryTime(
            seconds: Int64.random(in: 1_000_000_000...1_500_000_000, using: &random),
            nanoseconds: UInt32.random(in: 0..<1_000_000_000, using: &random))
    }

    private mutating func size() -> Int {
        let leaf = Self.leaf
        let large = [leaf - 1, leaf, leaf + 1, 2 * leaf, 2 * leaf + 1000, 3 * leaf, 5 * leaf - 7]
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return 0
        case 1, 2, 3: return large[Int.random(in: 0..<large.count, using: &random)]
        default: return Int.random(in: 24...3000, using: &random)
        }
    }

    /// Unlike every other one that is not empty; a large one may be mostly hole.
    mutating func content(of count: Int) -> [UInt8] {
        contentCount += 1
        let isSparse = count > Self.leaf && Int.random(in: 0..<3, using: &random) == 0
        var content = isSparse ? [UInt8](repeating: 0, count: count) : bytes(count)
        let mark = Array("\(contentCount) of this tree".utf8)
        for (index, byte) in mark.enumerated() where index < count { content[isSparse ? count - 1 - index : index] = byte }
        return content
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var word: UInt64 = 0
            for index in 0..<count {
                if index & 7 == 0 { word = random.next() }
                buffer[index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (index & 7)))
            }
            filled = count
        }
    }
}
