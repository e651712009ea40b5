import Foundation
import SystemPackage
import TestSupport

@testable import Integrity

/// The root of a tree, and what a person does to what is in it.
struct ProofRoot: Sendable {
    let path: FilePath

    @discardableResult
    func with<R>(_ relative: [UInt8], _ body: (UnsafePointer<CChar>) throws -> R) rethrows -> R {
        let bytes = Array((path.string + "/").utf8) + relative + [0]
        return try bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("a path has bytes") }
            return try body(start)
        }
    }

    func makeFolder(_ name: [UInt8]) throws { try with(name) { try check(mkdir($0, 0o755)) } }

    func write(_ bytes: [UInt8], to name: [UInt8]) throws {
        let file = try with(name) { try check(open($0, O_WRONLY | O_CREAT | O_EXCL, 0o644)) }
        defer { close(file) }
        // What is zero for long is a hole.
        var position = 0
        while position < bytes.count {
            let piece = bytes[position..<min(position + 65_536, bytes.count)]
            if piece.contains(where: { $0 != 0 }) {
                _ = try Array(piece).withUnsafeBytes { try check(pwrite(file, $0.baseAddress, $0.count, position)) }
            }
            position += piece.count
        }
        try check(ftruncate(file, bytes.count))
    }

    /// Writes into a file that is there.
    func patch(_ name: [UInt8], at position: Int, _ bytes: [UInt8]) throws {
        let file = try with(name) { try check(open($0, O_WRONLY)) }
        defer { close(file) }
        _ = try bytes.withUnsafeBytes { try check(pwrite(file, $0.baseAddress, $0.count, position)) }
    }

    func resize(_ name: [UInt8], to byteCount: Int) throws { try with(name) { try check(truncate($0, byteCount)) } }
    func makeLink(_ name: [UInt8], to target: [UInt8]) throws {
        let target = target.map { CChar(bitPattern: $0) } + [0]
        try with(name) { try check(symlink(target, $0)) }
    }
    func makeHardLink(_ name: [UInt8], to other: [UInt8]) throws {
        try with(name) { name in try with(other) { try check(link($0, name)) } }
    }
    func makePipe(_ name: [UInt8]) throws { try with(name) { try check(mkfifo($0, 0o644)) } }
    func makeSocket(_ name: [UInt8]) throws { try with(name) { try check(mknod($0, S_IFSOCK | 0o644, 0)) } }
    func move(_ name: [UInt8], to other: [UInt8]) throws { try with(name) { name in try with(other) { try check(rename(name, $0)) } } }
    func remove(_ name: [UInt8]) throws { try with(name) { try check(Glibc.remove($0)) } }
    func setPermissions(_ name: [UInt8], _ bits: UInt16) throws { try with(name) { try check(chmod($0, mode_t(bits))) } }
    func setOwner(_ name: [UInt8], _ user: UInt32, _ group: UInt32) throws { try with(name) { try check(lchown($0, user, group)) } }

    func setTime(_ name: [UInt8], _ time: EntryTime) throws {
        let times = [timespec(), timespec()].map { _ in timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds)) }
        try with(name) { try check(utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW)) }
    }

    func setAttribute(_ name: [UInt8], _ attribute: String, _ value: [UInt8]?) throws {
        try with(name) { path in try ProofAttributes.set(path, attribute, value) }
    }

    @discardableResult
    private func check<I: SignedInteger>(_ result: I) throws -> I {
        if result < 0 { throw Errno(rawValue: errno) }
        return result
    }
}

extension TemporaryFolder {
    /// - Returns: a new folder in this one.
    func root(_ name: String) throws -> ProofRoot {
        let root = ProofRoot(path: file(name))
        try FileManager.default.createDirectory(atPath: root.path.string, withIntermediateDirectories: false)
        return root
    }
}
