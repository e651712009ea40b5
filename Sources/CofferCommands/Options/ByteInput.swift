import AgeFormat
import ArgumentParser
import OpenSSL
import SystemPackage

/// Where bytes come from: `FILE`, `-` for stdin, AWS's `fileb://FILE`, and for public bytes also `base64:TEXT`.
struct ByteInput: ExpressibleByArgument, Equatable, Sendable {
    private enum Source: Equatable, Sendable {
        case file(String)
        case standardInput
        case base64(String)
    }

    private let source: Source

    init?(argument: String) {
        if argument == "-" {
            source = .standardInput
        } else if let encoded = argument.dropping(prefix: "base64:") {
            source = .base64(encoded)
        } else {
            let path = argument.dropping(prefix: "fileb://") ?? argument
            guard !path.isEmpty else { return nil }
            source = .file(path)
        }
    }

    var isStandardInput: Bool { source == .standardInput }

    /// stdin can be read once.
    static func requireOneStandardInput(_ inputs: [ByteInput]) throws {
        guard inputs.count(where: \.isStandardInput) <= 1 else { throw ValidationError("only one input can be - (stdin)") }
    }

    /// Reads public bytes.
    ///
    /// Of a longer input `limit` + 1 bytes are read, so that the key service refuses it in its own words.
    func read(upTo limit: Int, in context: CommandContext, option: String) throws -> [UInt8] {
        switch source {
        case .standardInput: return try readAll(context.standardInput, limit, "stdin")
        case .file(let path):
            let descriptor = try open(path)
            return try descriptor.closingAfter { try readAll(descriptor, limit, path) }
        case .base64(let text):
            do throws(Base64Error) {
                return try Base64.decode(text, padding: .required)
            } catch {
                throw CommandError(.usage, "\(option): \(error)")
            }
        }
    }

    /// Reads a secret straight into locked memory.
    /// - Parameter limit: in bytes; as with `read(upTo:in:option:)`, one more may come back.
    func readSecret(upTo limit: Int, in context: CommandContext, option: String) throws -> SecretBytes {
        switch source {
        case .standardInput: return try readSecret(context.standardInput, limit, "stdin")
        case .file(let path):
            let descriptor = try open(path)
            return try descriptor.closingAfter { try readSecret(descriptor, limit, path) }
        case .base64:
            throw CommandError(
                .usage, "\(option): a secret is not taken from the command line, where others can see it", hint: "give a file, or - for stdin")
        }
    }

    private func open(_ path: String) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            throw CommandError(.fileNotFound, "\(path): no such file")
        } catch {
            throw CommandError(.fileUnavailable, "\(path): \(error)")
        }
    }

    private func readAll(_ descriptor: FileDescriptor, _ limit: Int, _ name: String) throws -> [UInt8] {
        do throws(Errno) {
            return try descriptor.readBytes(atMost: limit + 1)
        } catch {
            throw CommandError(.fileUnavailable, "\(name): \(error)")
        }
    }

    private func readSecret(_ descriptor: FileDescriptor, _ limit: Int, _ name: String) throws -> SecretBytes {
        do {
            return try descriptor.readSecretPrefix(atMost: limit + 1)
        } catch let error as Errno {
            throw CommandError(.fileUnavailable, "\(name): \(error)")
        }
    }
}

extension String {
    func dropping(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
