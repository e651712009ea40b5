import Envelope
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of a bag, open. Everything in it is reached from its descriptor, name by name, and no symbolic link is followed: nothing
/// outside is read, whoever changes the folder meanwhile.
struct BagFolder: Sendable {
    let root: OpenFolder
    let calls: any FileCalls

    init(_ path: FilePath, calls: any FileCalls = SystemFileCalls()) throws(IntegrityError) {
        do throws(Errno) {
            root = try OpenFolder(path, calls: calls)
        } catch {
            throw .opening(path, error)
        }
        self.calls = calls
    }

    init(_ root: OpenFolder, calls: any FileCalls) {
        self.root = root
        self.calls = calls
    }

    /// Opens a file to read it.
    /// - Throws: `tooManySymbolicLinkLevels` or `notDirectory` for a link on the way; `notSupported` for what is no file.
    func open(_ path: EntryPath) throws(Errno) -> OpenBagFile {
        let (folder, name) = try parent(of: path)
        // Not waiting for whoever writes into a pipe.
        let file = OpenBagFile(try calls.open(name, in: folder.descriptor, O_RDONLY | O_NONBLOCK), calls)
        guard try calls.status(of: file.descriptor).kind == .regular else { throw .notSupported }
        return file
    }

    /// The folder that an entry is in, and its name there.
    func parent(of path: EntryPath) throws(Errno) -> (OpenFolder, FilePath.Component) {
        let names = try path.components()
        guard let last = names.last else { throw .invalidArgument }
        var folder = root
        for name in names.dropLast() { folder = try folder.folder(name) }
        return (folder, last)
    }

    /// Where a symbolic link leads; nil when it cannot be read.
    func linkTarget(_ path: EntryPath) -> [UInt8]? {
        do throws(Errno) {
            let (folder, name) = try parent(of: path)
            var target = [UInt8](repeating: 0, count: 4096)
            let count = unsafe target.withUnsafeMutableBytes { buffer -> Int in
                guard let start = buffer.baseAddress else { return -1 }
                return unsafe name.withPlatformString { name in
                    unsafe readlinkat(folder.descriptor.rawValue, name, start.assumingMemoryBound(to: CChar.self), buffer.count)
                }
            }
            return count < 0 ? nil : Array(target.prefix(count))
        } catch {
            // It is reported as a link all the same.
            return nil
        }
    }

    /// Reads a tag file as a whole; nil when it is longer than `limit`.
    func read(_ path: EntryPath, atMost limit: Int) throws(Errno) -> [UInt8]? {
        let file = try open(path)
        let size = try calls.status(of: file.descriptor).byteCount
        guard size <= UInt64(limit) else { return nil }
        // One more, for a file that grows meanwhile.
        let bytes = try calls.readBytes(Int(size) + 1, of: file.descriptor, at: 0)
        return bytes.count > limit ? nil : bytes
    }
}

/// A file that is closed with the end of this value.
struct OpenBagFile: ~Copyable {
    let descriptor: FileDescriptor
    private let calls: any FileCalls

    init(_ descriptor: FileDescriptor, _ calls: any FileCalls) {
        self.descriptor = descriptor
        self.calls = calls
    }

    deinit { calls.close(descriptor) }
}

extension EntryPath {
    /// Its names, for calls that take one after the other.
    func components() throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        for name in bytes.split(separator: Self.slash) {
            guard let component = FilePath.Component(bagName: name) else { throw .invalidArgument }
            names.append(component)
        }
        return names
    }
}

extension FilePath.Component {
    /// A name of any bytes; nil for one that is none.
    init?(bagName name: some Sequence<UInt8>) {
        let text = name.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
        guard let component = FilePath.Component(platformString: text), component.kind == .regular else { return nil }
        self = component
    }

    var bagNameBytes: [UInt8] {
        unsafe withPlatformString { text in unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text))) }
    }
}

extension FilePath {
    /// The path, whatever its bytes are.
    var bagBytes: [UInt8] {
        unsafe withPlatformString { text in unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text))) }
    }
}

extension IntegrityError {
    /// A folder that a person named.
    static func opening(_ path: FilePath, _ error: Errno) -> IntegrityError {
        switch error {
        case .noSuchFileOrDirectory: IntegrityError(.notFound, "\(path): no such folder", errno: error)
        case .notDirectory: IntegrityError(.notAFolder, "\(path): is not a folder", errno: error)
        default: IntegrityError(.unreadable, "\(path): cannot be opened: \(error)", errno: error)
        }
    }

    static func readingBag(_ path: [UInt8], _ error: Errno) -> IntegrityError {
        IntegrityError(.unreadable, "\(path.visiblePath): cannot be read: \(error)", errno: error)
    }

    static func writingBag(_ path: [UInt8], _ error: Errno) -> IntegrityError {
        IntegrityError(.unwritable, "\(path.visiblePath): cannot be written: \(error)", errno: error)
    }
}
