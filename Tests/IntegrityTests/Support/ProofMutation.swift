import Foundation
import SystemPackage

@testable import Integrity

/// What happens to a tree between two looks at it.
enum ProofMutation: CaseIterable {
    case edit, editKeepingTime, truncateAtLeaf, truncateInside, truncateToNothing, append, replaceBySameSize
    case setPermissions, setOwner, setTime, setAttribute, removeAttribute, retargetLink
    case remove, add, duplicate, addHardLink
    case renameWithin, renameAcross, renameFolder, moveByCopying, swap
    case fileToFolder, folderToFile, fileToLink
    case rot, unopenable, unreadableLeaf, unopenableFolder
}

/// Does some of it to a tree, each to entries of its own, and says what has to be said of those.
struct ProofMutator {
    let root: ProofRoot
    /// The tree is a copy: the same times, other files.
    let isCopy: Bool
    var generator: ProofGenerator
    /// As it is before anything is done.
    let tree: ProofTree
    private(set) var faults = ProofDisk.Faults()
    /// What each mutation means by itself.
    private(set) var claims: [EntryPath: Verdict] = [:]
    private(set) var done: [ProofMutation: Int] = [:]
    /// Paths that something was done to, and all new ones.
    private var touched: Set<EntryPath> = []
    private let leaf = LeafLayout.leafByteCount

    init(_ root: ProofRoot, isCopy: Bool, _ generator: ProofGenerator) throws {
        (self.root, self.isCopy, self.generator) = (root, isCopy, generator)
        tree = try root.scan()
    }

    mutating func apply(_ mutation: ProofMutation) throws {
        let before = touched.count
        switch mutation {
        case .edit, .editKeepingTime, .truncateAtLeaf, .truncateInside, .truncateToNothing, .append, .replaceBySameSize, .rot:
            try changeContent(mutation)
        case .setPermissions, .setOwner, .setTime, .setAttribute, .removeAttribute, .retargetLink: try changeMetadata(mutation)
        case .remove, .add, .duplicate, .addHardLink: try changeNumber(mutation)
        case .renameWithin, .renameAcross, .renameFolder, .moveByCopying, .swap: try move(mutation)
        case .fileToFolder, .folderToFile, .fileToLink: try changeType(mutation)
        case .unopenable, .unreadableLeaf, .unopenableFolder: breakDisk(mutation)
        }
        if touched.count > before { done[mutation, default: 0] += 1 }
    }

    // MARK: Choosing

    /// An entry that nothing was done to, with all other names of the same file; nil when there is none.
    private mutating func choose(_ fits: (EntryPath, ProofState) -> Bool) -> (path: EntryPath, state: ProofState)? {
        let found = tree.filter { fits($0, $1) && !touched.contains($0) }.sorted { $0.key < $1.key }
        guard !found.isEmpty else { return nil }
        let (path, state) = found[Int.random(in: 0..<found.count, using: &generator.random)]
        touch(path, state)
        return (path, state)
    }

    private mutating func touch(_ path: EntryPath, _ state: ProofState) {
        touched.insert(path)
        let inner = tree.filter { $0.key.bytes.starts(with: path.bytes + [0x2F]) }
        let files = Set(inner.values.map(\.file) + [state.file])
        touched.formUnion(inner.keys)
        touched.formUnion(tree.filter { files.contains($0.value.file) }.keys)
        // Nothing is to be done to what is around it, either.
        var rest = path.bytes
        while let slash = rest.lastIndex(of: 0x2F) {
            rest = Array(rest[..<slash])
            touched.insert(EntryPath(trusted: rest))
        }
    }

    private mutating func chooseFile(_ atLeast: Int) -> (path: EntryPath, state: ProofState)? {
        choose { $1.type == .file && $1.content.count >= atLeast }
    }

    /// A folder in which nothing was done, with something in it or without.
    private mutating func chooseFolder() -> (path: EntryPath, state: ProofState)? {
        let touched = touched
        return choose { path, state in state.type == .folder && !touched.contains { $0.bytes.starts(with: path.bytes + [0x2F]) } }
    }

    private mutating func newPath(beside path: EntryPath?) throws -> EntryPath {
        let folders = tree.filter { $1.type == .folder && !touched.contains($0) }.keys.sorted()
        var folder: [UInt8] = []
        if let path {
            folder = Array(path.bytes.dropLast(path.name.count + 1))
        } else if !folders.isEmpty {
            folder = folders[Int.random(in: 0..<folders.count, using: &generator.random)].bytes
        }
        let taken = tree.merging(touched.map { ($0, ProofState(.file)) }) { first, _ in first }
        let new = try EntryPath(generator.freeName(in: folder, of: taken))
        touch(new, ProofState(.file))
        return new
    }

    private mutating func position(below count: Int) -> Int { Int.random(in: 0..<count, using: &generator.random) }

    // MARK: Content

    private mutating func changeContent(_ mutation: ProofMutation) throws {
        let least = mutation == .truncateAtLeaf || mutation == .truncateInside ? leaf + 1 : 1
        guard let (path, state) = chooseFile(least) else { return }
        let (name, count) = (path.bytes, state.content.count)
        switch mutation {
        case .edit, .editKeepingTime:
            for _ in 0..<Int.random(in: 1...3, using: &generator.random) {
                let position = position(below: count)
                try root.patch(name, at: position, [state.content[position] ^ 0xFF])
            }
            if mutation == .editKeepingTime { try root.setTime(name, state.modified) }
            claims[path] = mutation == .edit ? .modified : isCopy ? .rotted : .modified
        case .truncateAtLeaf:
            try root.resize(name, to: leaf * Int.random(in: 1...(count - 1) / leaf, using: &generator.random))
            claims[path] = .truncated
        case .truncateInside:
            try root.resize(name, to: Int.random(in: leaf..<count, using: &generator.random))
            claims[path] = .truncated
        case .truncateToNothing:
            try root.resize(name, to: 0)
            claims[path] = .truncated
        case .append:
            let more = Int.random(in: 0..<4, using: &generator.random) == 0 ? 2 * leaf : 100
            try root.patch(name, at: count, generator.content(of: more))
            claims[path] = .extended
        case .replaceBySameSize:
            try root.remove(name)
            try root.write(generator.content(of: count), to: name)
            claims[path] = .modified
        default:
            faults.rotten[state.file] = [UInt64(position(below: count))]
            claims[path] = .rotted
        }
    }

    // MARK: Metadata

    private mutating func changeMetadata(_ mutation: ProofMutation) throws {
        let isLink = mutation == .retargetLink
        let canHaveAttributes = mutation == .setAttribute || mutation == .removeAttribute
        if canHaveAttributes && !ProofAttributes.areSupported || mutation == .setOwner && geteuid() != 0 { return }
        guard
            let (path, state) = choose({ _, state in
                if mutation == .removeAttribute { return !state.attributes.isEmpty }
                if canHaveAttributes || mutation == .setTime { return state.type == .file }
                return isLink == (state.type == .symbolicLink)
            })
        else { return }
        switch mutation {
        case .setPermissions: try root.setPermissions(path.bytes, state.permissions ^ 0o011)
        case .setOwner: try root.setOwner(path.bytes, state.user + 1, state.group)
        case .setTime: try root.setTime(path.bytes, EntryTime(seconds: state.modified.seconds, nanoseconds: state.modified.nanoseconds ^ 1))
        case .setAttribute: try root.setAttribute(path.bytes, "user.note", generator.bytes(300))
        case .removeAttribute: try root.setAttribute(path.bytes, "user.a", nil)
        default:
            try root.remove(path.bytes)
            try root.makeLink(path.bytes, to: state.target + [0x2E])
        }
        claims[path] = .metadataChanged
    }

    // MARK: More and fewer

    private mutating func changeNumber(_ mutation: ProofMutation) throws {
        switch mutation {
        case .remove:
            guard let (path, _) = choose({ $1.type != .folder }) else { return }
            try root.remove(path.bytes)
            claims[path] = .removed
        case .add:
            let path = try newPath(beside: nil)
            try root.write(generator.content(of: Int.random(in: 24...100_000, using: &generator.random)), to: path.bytes)
            claims[path] = .added
        default:
            guard let (old, state) = chooseFile(0) else { return }
            let path = try newPath(beside: nil)
            if mutation == .duplicate {
                try root.write(state.content, to: path.bytes)
            } else {
                try root.makeHardLink(path.bytes, to: old.bytes)
            }
            (claims[old], claims[path]) = (.intact, .added)
        }
    }

    private mutating func move(_ mutation: ProofMutation) throws {
        if mutation == .swap { return try swap() }
        let isFolder = mutation == .renameFolder
        guard let (path, state) = isFolder ? chooseFolder() : choose({ $1.type != .folder }) else { return }
        let new = try newPath(beside: mutation == .renameAcross ? nil : path)
        if mutation == .moveByCopying {
            guard state.type == .file else { return }
            try root.remove(path.bytes)
            try root.write(state.content, to: new.bytes)
            claims[path] = state.content.isEmpty ? .removed : .moved
            return
        }
        try root.move(path.bytes, to: new.bytes)
        // A copy is found again by its content.
        if isCopy { return }
        claims[path] = .moved
        for other in tree.keys where other.bytes.starts(with: path.bytes + [0x2F]) { claims[other] = .moved }
    }

    private mutating func swap() throws {
        guard let (first, state) = chooseFile(24), let (second, other) = chooseFile(24) else { return }
        let middle = try newPath(beside: first)
        try root.move(first.bytes, to: middle.bytes)
        try root.move(second.bytes, to: first.bytes)
        try root.move(middle.bytes, to: second.bytes)
        if state.content.count == other.content.count { claims[first] = .modified }
    }

    private mutating func changeType(_ mutation: ProofMutation) throws {
        guard let (path, _) = mutation == .folderToFile ? chooseFolder() : chooseFile(0) else { return }
        for inner in tree.keys.filter({ $0.bytes.starts(with: path.bytes + [0x2F]) }).sorted(by: >) {
            try root.remove(inner.bytes)
            claims[inner] = .removed
        }
        try root.remove(path.bytes)
        switch mutation {
        case .fileToFolder: try root.makeFolder(path.bytes)
        case .folderToFile: try root.write(generator.content(of: 50), to: path.bytes)
        default: try root.makeLink(path.bytes, to: Array("gone".utf8))
        }
        claims[path] = .typeChanged
    }

    // MARK: The disk

    private mutating func breakDisk(_ mutation: ProofMutation) {
        if mutation == .unopenableFolder {
            guard let (path, state) = chooseFolder() else { return }
            faults.unopenable[state.file] = EACCES
            claims[path] = .unreadable
            for inner in tree.keys where inner.bytes.starts(with: path.bytes + [0x2F]) { claims[inner] = .unreadable }
            return
        }
        guard let (path, state) = chooseFile(mutation == .unopenable ? 0 : 1) else { return }
        if mutation == .unopenable {
            faults.unopenable[state.file] = EACCES
        } else {
            let start = UInt64(position(below: state.content.count))
            faults.unreadable[state.file] = (start..<start + 1, EIO)
        }
        claims[path] = .unreadable
    }
}
