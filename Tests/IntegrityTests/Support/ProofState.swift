import Foundation
import SystemPackage

@testable import Integrity

/// All that can be known of one entry of a tree, its content included. Made with `lstat`, `read`, `readlink` and `lgetxattr`, and with
/// nothing of what is to be proven.
struct ProofState: Hashable {
    var type: EntryType
    var permissions: UInt16 = 0o644
    var user: UInt32 = 0
    var group: UInt32 = 0
    var modified = EntryTime(seconds: 0, nanoseconds: 0)
    var changed = EntryTime(seconds: 0, nanoseconds: 0)
    var file = FileID(device: 0, inode: 0)
    var content: [UInt8] = []
    var target: [UInt8] = []
    var attributes: [[UInt8]: [UInt8]] = [:]

    init(_ type: EntryType) { self.type = type }
}

typealias ProofTree = [EntryPath: ProofState]

extension ProofRoot {
    /// What is there.
    func scan() throws -> ProofTree {
        var tree: ProofTree = [:]
        try scan([], into: &tree)
        return tree
    }

    private func scan(_ folder: [UInt8], into tree: inout ProofTree) throws {
        guard let stream = with(folder, { opendir($0) }) else { throw Errno(rawValue: errno) }
        defer { closedir(stream) }
        while let record = readdir(stream) {
            let start = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let text = UnsafeRawPointer(record).advanced(by: start).assumingMemoryBound(to: UInt8.self)
            let name = Array(UnsafeBufferPointer(start: text, count: strlen(UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self))))
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            let path = (folder.isEmpty ? [] : folder + [0x2F]) + name
            let state = try state(path)
            tree[try EntryPath(path)] = state
            if state.type == .folder { try scan(path, into: &tree) }
        }
    }

    func state(_ path: [UInt8]) throws -> ProofState {
        var status = stat()
        guard with(path, { lstat($0, &status) }) == 0 else { throw Errno(rawValue: errno) }
        let types: [mode_t: EntryType] = [
            S_IFREG: .file, S_IFDIR: .folder, S_IFLNK: .symbolicLink, S_IFIFO: .pipe, S_IFSOCK: .socket, S_IFCHR: .characterDevice,
            S_IFBLK: .blockDevice,
        ]
        guard let type = types[status.st_mode & S_IFMT] else { throw Errno.invalidArgument }
        var state = ProofState(type)
        state.permissions = UInt16(status.st_mode & 0o7777)
        (state.user, state.group) = (status.st_uid, status.st_gid)
        state.modified = EntryTime(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: UInt32(status.st_mtim.tv_nsec))
        state.changed = EntryTime(seconds: Int64(status.st_ctim.tv_sec), nanoseconds: UInt32(status.st_ctim.tv_nsec))
        state.file = FileID(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        state.attributes = try with(path) { try ProofAttributes.all($0) }
        if type == .file { state.content = try read(path, Int(status.st_size)) }
        if type == .symbolicLink { state.target = try target(path) }
        return state
    }

    private func read(_ path: [UInt8], _ count: Int) throws -> [UInt8] {
        let file = with(path) { open($0, O_RDONLY) }
        guard file >= 0 else { throw Errno(rawValue: errno) }
        defer { close(file) }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard count > 0 else { return }
            filled = pread(file, buffer.baseAddress, count, 0)
            if filled != count { throw Errno.ioError }
        }
    }

    private func target(_ path: [UInt8]) throws -> [UInt8] {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = with(path) { readlink($0, &bytes, bytes.count) }
        if count < 0 { throw Errno(rawValue: errno) }
        return bytes[..<count].map { UInt8(bitPattern: $0) }
    }

    // MARK: Making a tree

    /// Makes a tree anew, as a good copy of one would be: with permissions, owners, times and attributes.
    func build(_ tree: ProofTree) throws {
        var names: [FileID: [UInt8]] = [:]
        for (path, state) in tree.sorted(by: { $0.key < $1.key }) {
            if state.type == .file, let first = names[state.file] {
                try makeHardLink(path.bytes, to: first)
                continue
            }
            if state.file.inode != 0 { names[state.file] = path.bytes }
            try make(state, path.bytes)
        }
        for (path, state) in tree { try setMetadata(of: path.bytes, state) }
        // Of the folders last, and the innermost first: each entry made in one is a change of it.
        for (path, state) in tree.sorted(by: { $0.key > $1.key }) { try setTime(path.bytes, state.modified) }
    }

    private func make(_ state: ProofState, _ path: [UInt8]) throws {
        switch state.type {
        case .file: try write(state.content, to: path)
        case .folder: try makeFolder(path)
        case .symbolicLink: try makeLink(path, to: state.target)
        case .pipe: try makePipe(path)
        case .socket: try makeSocket(path)
        case .characterDevice, .blockDevice: throw Errno.notSupported
        }
    }

    private func setMetadata(of path: [UInt8], _ state: ProofState) throws {
        if geteuid() == 0 { try setOwner(path, state.user, state.group) }
        if state.type == .symbolicLink { return }
        try setPermissions(path, state.permissions)
        for (name, value) in state.attributes { try setAttribute(path, String(decoding: name, as: UTF8.self), value) }
    }
}
