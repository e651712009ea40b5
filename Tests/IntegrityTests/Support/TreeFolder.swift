import Foundation
import SystemPackage
import TestSupport

/// A folder for one test of trees, with whatever names in it.
struct TreeFolder: Sendable {
    private let folder: TemporaryFolder

    /// - Parameter isLarge: it gets thousands of folders or gigabytes of holes, which is quicker where the memory is the disk.
    init(isLarge: Bool = false) throws { folder = try TemporaryFolder(in: isLarge ? TemporaryFolder.memory : nil) }

    var path: FilePath { folder.path }

    func file(_ name: String) -> FilePath { path.appending(name) }

    /// A path of which nothing is known but its bytes, as the system wants it.
    @discardableResult
    func withPath<R>(_ relative: [UInt8], _ body: (UnsafePointer<CChar>) throws -> R) rethrows -> R {
        var bytes = Array((path.string + "/").utf8) + relative
        bytes.append(0)
        return try bytes.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
            guard let path = buffer.baseAddress else { preconditionFailure("there is a zero byte in it") }
            return try body(path)
        }
    }

    func folder(_ name: String) throws { try folder(Array(name.utf8)) }

    func folder(_ name: [UInt8]) throws { try withPath(name) { try check(mkdir($0, 0o755)) } }

    func write(_ bytes: [UInt8], to name: String) throws { try write(bytes, to: Array(name.utf8)) }

    func write(_ bytes: [UInt8], to name: [UInt8]) throws {
        let descriptor = try withPath(name) { try check(open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644)) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            done += try bytes[done...].withUnsafeBytes { try check(Foundation.write(descriptor, $0.baseAddress, $0.count)) }
        }
    }

    /// Writes into a file that is there, at a position that may lie behind its end.
    func patch(_ name: String, at position: Int, with bytes: [UInt8]) throws {
        let descriptor = try withPath(Array(name.utf8)) { try check(open($0, O_WRONLY)) }
        defer { close(descriptor) }
        _ = try bytes.withUnsafeBytes { try check(pwrite(descriptor, $0.baseAddress, bytes.count, position)) }
    }

    func resize(_ name: String, to byteCount: Int) throws { try withPath(Array(name.utf8)) { try check(truncate($0, byteCount)) } }

    func link(_ name: String, to target: String) throws { try withPath(Array(name.utf8)) { try check(symlink(target, $0)) } }

    func pipe(_ name: String) throws { try withPath(Array(name.utf8)) { try check(mkfifo($0, 0o644)) } }

    func socket(_ name: String) throws { try withPath(Array(name.utf8)) { try check(mknod($0, S_IFSOCK | 0o644, 0)) } }

    func move(_ name: String, to other: String) throws {
        try withPath(Array(name.utf8)) { from in try withPath(Array(other.utf8)) { to in try check(rename(from, to)) } }
    }

    func remove(_ name: String) throws { try withPath(Array(name.utf8)) { try check(Foundation.remove($0)) } }

    /// The C library's function is in no module that Swift imports.
    func setAttribute(_ attribute: String, of name: String, to value: [UInt8]) throws {
        typealias SetAttribute = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer?, Int, CInt) -> CInt
        let symbol = unsafeBitCast(dlsym(nil, "setxattr"), to: SetAttribute.self)
        try withPath(Array(name.utf8)) { path in
            _ = try value.withUnsafeBytes { try check(symbol(path, attribute, $0.baseAddress, $0.count, 0)) }
        }
    }

    func status(_ name: String) throws -> stat {
        var found = stat()
        try withPath(Array(name.utf8)) { try check(lstat($0, &found)) }
        return found
    }

    /// Makes a chain of folders, each in the one before it, deeper than any path may be.
    /// - Parameter fill: called with the descriptor of each new folder and its depth from 1.
    func chain(_ count: Int, name: String = "d", fill: (Int32, Int) throws -> Void = { _, _ in }) throws {
        var current = try check(open(path.string, O_RDONLY | O_DIRECTORY))
        defer { close(current) }
        for depth in 1...count {
            try check(mkdirat(current, name, 0o755))
            let next = try check(openat(current, name, O_RDONLY | O_DIRECTORY))
            close(current)
            current = next
            try fill(current, depth)
        }
    }

    @discardableResult
    private func check<I: SignedInteger>(_ result: I) throws -> I {
        if result < 0 { throw Errno(rawValue: errno) }
        return result
    }
}
