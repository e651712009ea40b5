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
    /// A file that was found in a tree; opened from its folder, without following links.
    case located(LocatedFile)
    /// An open descriptor, read from where it stands and not closed: standard input. `name` stands for it in errors.
    case descriptor(FileDescriptor, name: String)
}

/// An open input.
struct OpenInput: ~Copyable, Sendable {
    let name: String
    let status: FileStatus
    private let source: OpenDescriptor
    private let calls: any FileCalls

    /// - Throws: `inputNotFound`, `inputIsDirectory`, `inputUnreadable`.
    init(_ input: FileInput, calls: any FileCalls) throws(EnvelopeError) {
        let name: String =
            switch input {
            case .file(let path): path.string
            case .located(let file): file.path.string
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
        case .located(let file):
            do throws(Errno) {
                return OpenDescriptor(owning: try file.open(O_RDONLY).descriptor, calls: calls)
            } catch {
                throw .reading(name, error)
            }
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

    /// What is kept of this input in what is made of it; nothing where it is no regular file.
    var attributes: FileAttributes { status.kind == .regular ? FileAttributes(of: status) : FileAttributes() }

    /// As `attributes`, once all was read. What changed meanwhile may be in the result or not, so that gets a time of modification which the
    /// input never had: whoever compares the two finds that they differ.
    func attributesAtTheEnd() throws(EnvelopeError) -> FileAttributes {
        var attributes = attributes
        let now = try Self.status(of: source, name, calls)
        if now.modificationTime != status.modificationTime || now.changeTime != status.changeTime {
            attributes.modificationTime = attributes.modificationTime.map { FileTime(seconds: $0.seconds - 1, nanoseconds: $0.nanoseconds) }
        }
        return attributes
    }

    /// Bytes of the whole input; nil where that is not known before its end (a pipe, or a descriptor that was read from before).
    ///
    /// Some systems show files without a size that have content nevertheless (`/proc`): what seems empty is read to its end.
    var byteCount: UInt64? {
        source.isOwn && status.kind == .regular && status.byteCount > 0 ? status.byteCount : nil
    }

    /// What the file system says; good for planning only.
    var expectedByteCount: UInt64? { status.kind == .regular ? status.byteCount : nil }

    func reader(_ monitor: WorkMonitor) -> InputReader {
        InputReader(source.descriptor, name: name, calls: calls, monitor: monitor)
    }
}
