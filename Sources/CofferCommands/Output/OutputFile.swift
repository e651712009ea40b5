import Envelope
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A small result that goes to a file: it appears whole and on the disk, or not at all, and only its owner can read it.
struct OutputFile {
    private static let permissions: UInt32 = 0o600

    let path: String
    /// Whether an existing file may go.
    let replacing: Bool

    func write(_ bytes: [UInt8]) throws {
        try write { descriptor in try descriptor.writeAll(bytes) }
    }

    func write(_ secret: borrowing SecretBytes) throws {
        try secret.withUnsafeBytes { bytes in
            try write { descriptor in try descriptor.writeAll(bytes) }
        }
    }

    private func write(_ body: (FileDescriptor) throws -> Int) throws {
        try requireNoDevice()
        var file = try AtomicOutputFile(at: FilePath(target), overwrite: replacing)
        do {
            _ = try body(file.descriptor)
        } catch let error as Errno {
            throw CommandError(.fileUnavailable, "\(path) cannot be written: \(error)")
        }
        try file.commit(FileAttributes(permissions: Self.permissions))
    }

    /// Takes back a result that is of no use without another one, which could not be written.
    func remove() { unlink(target) }

    /// For what comes in pieces. Whether there may be such a file is known before the first of them is made.
    func writePieces<R>(_ body: (_ write: ([UInt8]) throws -> Void) async throws -> R) async throws -> R {
        try requireNoDevice()
        var file = try AtomicOutputFile(at: FilePath(target), overwrite: replacing)
        let descriptor = file.descriptor
        let result = try await body { bytes in
            do {
                _ = try descriptor.writeAll(bytes)
            } catch let error as Errno {
                throw CommandError(.fileUnavailable, "\(path) cannot be written: \(error)")
            }
        }
        try file.commit(FileAttributes(permissions: Self.permissions))
        return result
    }

    /// Refuses files that cannot be written, before anything is made that would go into them: two outputs under one name, an existing
    /// file that may not be replaced, a device.
    /// - Parameter paths: nil for an output that there is not.
    static func checkAll(_ paths: [String?], replacing: Bool) throws {
        var targets: Set<String> = []
        for path in paths.compactMap(\.self) {
            let file = OutputFile(path: path, replacing: replacing)
            try file.requireNoDevice()
            guard replacing || !file.exists else {
                throw CommandError(.fileExists, "\(path): exists already", hint: "use --force to replace it, or name another file")
            }
            guard targets.insert(file.target).inserted else {
                throw CommandError(.usage, "two results cannot go to one file: \(path)", hint: "name a file for each")
            }
        }
    }

    /// Whether two paths are of one file that is there.
    static func areSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    private var exists: Bool { access(path, F_OK) == 0 }

    /// The file itself, where the path is a symbolic link to one: the link stays. Of a new file, the path without links in its folder.
    private var target: String {
        if let resolved = Self.resolve(path) { return resolved }
        let path = FilePath(path)
        let folder = path.removingLastComponent()
        guard let name = path.lastComponent, let resolved = Self.resolve(folder.isEmpty ? "." : folder.string) else { return path.string }
        return FilePath(resolved).appending(name).string
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// A result is renamed into its place: a device or a pipe there would be replaced by a file, and nobody would get the bytes.
    private func requireNoDevice() throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw CommandError(.usage, "\(path) is a folder; nothing was written", hint: "name a file in it")
        }
        throw CommandError(.usage, "\(path) is not a regular file; nothing was written", hint: "use - and a pipe or a redirection")
    }
}
