import Envelope
import ObjectStore
import SystemPackage

/// Where the bytes of an object go: stdout, or a file that appears only when all of them are in it.
enum BodyOutput {
    /// Of what is handed on at once, in bytes.
    private static let stepByteCount = 1 << 20
    /// Files of objects are their owner's, as results of this program are.
    static let permissions: UInt32 = 0o600

    /// Writes all bytes of a body.
    /// - Parameter name: of the descriptor, for people.
    /// - Returns: how many there were.
    @discardableResult
    static func copy(
        _ body: any ObjectBody, to descriptor: FileDescriptor, name: String, _ monitor: WorkMonitor = WorkMonitor()
    ) async throws -> UInt64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: stepByteCount, alignment: 4096)
        defer { buffer.deallocate() }
        var total: UInt64 = 0
        while true {
            guard !monitor.isCancelled() else { throw ObjectStoreError(.cancelled) }
            let count = try await body.read(into: buffer)
            guard count > 0 else { return total }
            do {
                try descriptor.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } catch let error as Errno {
                throw failure(error, writing: name)
            }
            total += UInt64(count)
            monitor.didAdvance(total)
        }
    }

    /// Writes a file. One that is there stays as it is until then, and without `overwrite` for good.
    @discardableResult
    static func write(
        _ body: any ObjectBody, to path: FilePath, overwrite: Bool, _ monitor: WorkMonitor = WorkMonitor()
    ) async throws -> UInt64 {
        var file = try AtomicOutputFile(at: path, overwrite: overwrite)
        let count = try await copy(body, to: file.descriptor, name: path.string, monitor)
        try file.commit(FileAttributes(permissions: permissions))
        return count
    }

    private static func failure(_ error: Errno, writing name: String) -> CommandError {
        error == .noSpace || error == .diskQuotaExceeded
            ? CommandError(.fileUnavailable, "\(name): cannot be written: the disk or the quota is full")
            : Output.failure(error, writing: name)
    }
}

/// Where `get` and `export` write to.
struct BodyDestination {
    /// nil for stdout.
    let path: FilePath?
    let overwrite: Bool

    /// - Parameters:
    ///   - files: what the command line names, in whatever way; at most one.
    /// - Throws: a usage error when bytes would go to a terminal that nobody asked for, and where JSON would be among them.
    init(_ files: String?..., overwrite: Bool, _ options: OutputOptions, in session: Session) throws {
        let named = files.compactMap(\.self)
        guard named.count <= 1 else { throw CommandError(.usage, "name one file for the bytes") }
        path = named.first.flatMap { $0 == "-" ? nil : session.context.arguments.path($0) }
        self.overwrite = overwrite
        guard path == nil else {
            guard let path, !overwrite else { return }
            try OutputFile.checkAll([path.string], replacing: false)
            return
        }
        guard !options.json else { throw CommandError(.usage, "--json writes to stdout", hint: "name a file for the bytes") }
        guard named.first == "-" || !session.context.standardOutput.isTerminal else {
            throw CommandError(.usage, "the bytes would go to the terminal", hint: "name a file or use a pipe; - writes them anyway")
        }
    }

    @discardableResult
    func write(_ body: any ObjectBody, _ monitor: WorkMonitor = WorkMonitor(), in session: Session) async throws -> UInt64 {
        guard let path else {
            return try await BodyOutput.copy(body, to: session.context.standardOutput, name: "stdout", monitor)
        }
        session.context.interruption.allowGrace()
        return try await BodyOutput.write(body, to: path, overwrite: overwrite, monitor)
    }
}
