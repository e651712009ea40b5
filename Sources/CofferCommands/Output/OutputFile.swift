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
        var file = try AtomicOutputFile(at: FilePath(path), overwrite: replacing)
        do {
            _ = try body(file.descriptor)
        } catch let error as Errno {
            throw CommandError(.fileUnavailable, "\(path) cannot be written: \(error)")
        }
        try file.commit(FileAttributes(permissions: Self.permissions))
    }

    /// A result is renamed into its place: a device or a pipe there would be replaced by a file, and nobody would get the bytes.
    private func requireNoDevice() throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw CommandError(.usage, "\(path) is not a regular file; nothing was written", hint: "use - and a pipe or a redirection")
    }
}
