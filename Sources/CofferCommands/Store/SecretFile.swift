import Envelope
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads files that hold a secret straight into locked memory, and writes new ones.
enum SecretFile {
    static let maximumPassphraseByteCount = 4096
    static let maximumIdentityByteCount = 64 * 1024

    /// Reads a file that only its owner may read; others are refused as ssh refuses them. Pipes have no readers to fear.
    ///
    /// - Parameters:
    ///   - role: what the file is to the user, for errors: `passphrase file`.
    static func read(_ path: String, as role: String, atMost limit: Int) throws -> SecretBytes {
        let descriptor = try open(path, as: role)
        return try descriptor.closingAfter {
            try requirePrivate(descriptor, path, role)
            return try read(descriptor, named: "\(role) \(path)", atMost: limit)
        }
    }

    private static func open(_ path: String, as role: String) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            throw CommandError(.fileNotFound, "\(role) \(path): no such file")
        } catch {
            throw CommandError(.fileUnavailable, "\(role) \(path): \(error)")
        }
    }

    static func read(_ descriptor: FileDescriptor, named name: String, atMost limit: Int) throws -> SecretBytes {
        do {
            guard let secret = try descriptor.readSecret(atMost: limit) else {
                throw CommandError(.malformedInput, "\(name): longer than \(limit) bytes")
            }
            return secret
        } catch let error as Errno {
            throw CommandError(.fileUnavailable, "\(name): \(error)")
        }
    }

    /// A passphrase: the content of the file, without one line end.
    static func readPassphrase(_ descriptor: FileDescriptor, named name: String) throws -> SecretBytes {
        let content = try read(descriptor, named: name, atMost: maximumPassphraseByteCount)
        return try content.withoutLineEnd(count: content.count)
    }

    static func readPassphrase(path: String) throws -> SecretBytes {
        let content = try read(path, as: "passphrase file", atMost: maximumPassphraseByteCount)
        return try content.withoutLineEnd(count: content.count)
    }

    static func readIdentity(path: String) throws -> SecretBytes {
        try read(path, as: "identity file", atMost: maximumIdentityByteCount)
    }

    /// nil when there is no such file, or none that we may read: it may belong to an account that opens the store by itself.
    static func readIdentity(ifPresent path: String) throws -> SecretBytes? {
        guard access(path, R_OK) == 0 else { return nil }
        return try readIdentity(path: path)
    }

    /// An identity file as age has them: one that holds nothing secret, because plugins keep that, may be read by others.
    static func readAgeIdentity(path: String) throws -> SecretBytes {
        let role = "identity file"
        let descriptor = try open(path, as: role)
        return try descriptor.closingAfter {
            let contents = try read(descriptor, named: "\(role) \(path)", atMost: IdentityFile.maximumByteCount)
            if IdentityFile.holdsSecrets(contents) { try requirePrivate(descriptor, path, role) }
            return contents
        }
    }

    private static func requirePrivate(_ descriptor: FileDescriptor, _ path: String, _ role: String) throws {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else {
            throw CommandError(.fileUnavailable, "\(role) \(path): \(Errno(rawValue: errno))")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw CommandError(.fileUnavailable, "\(role) \(path): is a directory") }
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        guard status.st_mode & 0o077 == 0 else {
            throw CommandError(
                .insecurePermissions, "\(role) \(path) can be read by others (mode \(String(status.st_mode & 0o7777, radix: 8)))",
                hint: "run `chmod 600 \(path)`, and think about who may have read it")
        }
    }

    /// Creates a file with mode 0600 that must not exist yet, durable when this returns.
    static func create(_ path: String, as role: String, contents: borrowing SecretBytes) throws {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerRead, .ownerWrite])
        } catch Errno.fileExists {
            throw CommandError(.fileExists, "\(role) \(path) exists already", hint: "name a new file")
        } catch {
            throw CommandError(.fileUnavailable, "\(role) \(path) cannot be created: \(error)")
        }
        do {
            try descriptor.closingAfter {
                try contents.withUnsafeBytes { bytes in _ = try descriptor.writeAll(bytes) }
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            try Directory.synchronize(parentOf: path)
        } catch {
            unlink(path)
            throw CommandError(.fileUnavailable, "\(role) \(path) cannot be written: \(error)")
        }
    }
}
