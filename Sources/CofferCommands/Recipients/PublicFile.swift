import SystemPackage

/// Reads files that hold nothing secret.
enum PublicFile {
    /// - Parameters:
    ///   - path: `-` is stdin.
    ///   - role: what the file is to the user, for errors.
    ///   - limit: in bytes; one more may come back.
    static func read(_ path: String, as role: String, atMost limit: Int, in session: Session) throws -> [UInt8] {
        guard path != "-" else { return try read(session.context.standardInput, named: "stdin", atMost: limit) }
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(session.context.arguments.path(path), .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            throw CommandError(.fileNotFound, "\(role) \(path): no such file")
        } catch {
            throw CommandError(.fileUnavailable, "\(role) \(path): \(error)")
        }
        return try descriptor.closingAfter { try read(descriptor, named: "\(role) \(path)", atMost: limit) }
    }

    private static func read(_ descriptor: FileDescriptor, named name: String, atMost limit: Int) throws -> [UInt8] {
        do throws(Errno) {
            return try descriptor.readBytes(atMost: limit + 1)
        } catch {
            throw CommandError(.fileUnavailable, "\(name): \(error)")
        }
    }
}
