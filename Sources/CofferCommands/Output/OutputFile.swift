import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A result that goes to a file: written beside it, synced, then renamed, so that a reader sees the old file or the whole new one.
struct OutputFile {
    let path: String
    let replacing: Bool
    let interruption: Interruption

    func write(_ bytes: [UInt8]) throws {
        try write { descriptor in try descriptor.writeAll(bytes) }
    }

    func write(_ secret: borrowing SecretBytes) throws {
        // A closure cannot capture a borrowed secret, so the borrowed bytes go in.
        try secret.withUnsafeBytes { bytes in
            try write { descriptor in try descriptor.writeAll(bytes) }
        }
    }

    private func write(_ body: (FileDescriptor) throws -> Int) throws {
        let temporary = try "\(path).\(Random.bytes(6).map { String($0, radix: 16) }.joined()).tmp"
        do {
            try interruption.guarding(undo: { unlink(temporary) }) {
                do {
                    let descriptor = try FileDescriptor.open(
                        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerRead, .ownerWrite])
                    try descriptor.closingAfter {
                        _ = try body(descriptor)
                        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
                    }
                    try moveIntoPlace(temporary)
                    try Directory.synchronize(parentOf: path)
                } catch {
                    unlink(temporary)
                    throw error
                }
            }
        } catch Errno.fileExists {
            throw CommandError(.fileExists, "\(path) exists already", hint: "use --force to replace it")
        } catch let error as Errno {
            throw CommandError(.fileUnavailable, "\(path) cannot be written: \(error)")
        }
    }

    private func moveIntoPlace(_ temporary: String) throws(Errno) {
        if replacing {
            guard rename(temporary, path) == 0 else { throw Errno(rawValue: errno) }
            return
        }
        // link(2) refuses an existing name, which rename(2) replaces.
        guard link(temporary, path) == 0 else { throw Errno(rawValue: errno) }
        unlink(temporary)
    }
}
