import Envelope
import OpenSSL
import SystemPackage

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
        var file = try AtomicOutputFile(at: FilePath(path), overwrite: replacing)
        do {
            _ = try body(file.descriptor)
        } catch let error as Errno {
            throw CommandError(.fileUnavailable, "\(path) cannot be written: \(error)")
        }
        try file.commit(permissions: Self.permissions)
    }
}
