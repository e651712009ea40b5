public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where bytes come from.
public enum FileInput: Sendable {
    /// A regular file, or a pipe or device by its name.
    case file(FilePath)
    /// An open descriptor, read from where it stands and not closed: standard input. `name` stands for it in errors.
    case descriptor(FileDescriptor, name: String)
}

/// An open input.
struct OpenInput: ~Copyable {
    let name: String
    let status: FileStatus
    private let source: OpenDescriptor
    private let calls: any FileCalls

    /// - Throws: `inputNotFound`, `inputIsDirectory`, `inputUnreadable`.
    init(_ input: FileInput, calls: any FileCalls) throws(EnvelopeError) {
        let name: String =
            switch input {
            case .file(let path): path.string
            case .descriptor(_, let name): name
            }
        // In variables first: a value that cannot be copied is made whole or not at all.
        let source = try Self.open(input, name, calls)
        let status = try Self.status(of: source, name, calls)
        guard status.kind != .directory else { throw .inputIsDirectory(name) }
        self.source = source
        self.status = status
        self.name = name
        self.calls = calls
    }

    private static func open(_ input: FileInput, _ name: String, _ calls: any FileCalls) throws(EnvelopeError) -> OpenDescriptor {
        switch input {
        case .descriptor(let descriptor, _):
            return OpenDescriptor(borrowing: descriptor, calls: calls)
        case .file(let path):
            do throws(Errno) {
                return try OpenDescriptor(path, O_RDONLY | O_NOCTTY, calls: calls)
            } catch {
                throw .reading(name, error)
            }
        }
    }

    private static func status(
        of source: borrowing OpenDescriptor, _ name: String, _ calls: any FileCalls
    ) throws(EnvelopeError) -> FileStatus {
        do throws(Errno) {
            return try calls.status(of: source.descriptor)
        } catch {
            throw .reading(name, error)
        }
    }

    /// Access bits for what is made of this input; nil where it has none that mean anything.
    var permissions: UInt32? { status.kind == .regular ? UInt32(status.permissions) : nil }

    /// Bytes of the whole input; nil where that is not known before its end (a pipe, or a descriptor that was read from before).
    var byteCount: UInt64? {
        source.isOwn && status.kind == .regular ? status.byteCount : nil
    }

    /// Fills the buffers in turn with what there is; 0 at the end.
    func read(into buffers: UnsafeBufferPointer<iovec>, _ monitor: WorkMonitor) throws(EnvelopeError) -> Int {
        while true {
            do throws(Errno) {
                return try unsafe calls.read(source.descriptor, into: buffers)
            } catch {
                guard error == .interrupted else { throw .reading(name, error) }
                try monitor.check()
            }
        }
    }
}
