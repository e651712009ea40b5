public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where bytes go.
public enum FileOutput: Sendable {
    /// A file, which appears only when it is whole (`AtomicOutputFile`). A pipe or device by its name is written as a descriptor is.
    /// An existing file is replaced only with `overwrite`; through a symbolic link, it is the link's target that is replaced.
    case file(FilePath, overwrite: Bool)
    /// A file in an open folder, which may not be anything but a regular file: what lies in a tree is not chosen by who writes there. The
    /// caller synchronizes the folder, when all files are in it.
    case located(OutputPlace)
    /// An open descriptor, which is not closed: standard output. It gets authentic bytes only, but gets them before the rest is
    /// known to be whole: who reads them must mind the error. `name` stands for it in errors.
    case descriptor(FileDescriptor, name: String)
}

/// An open output.
struct OpenOutput: ~Copyable, Sendable {
    let name: String
    /// A file that is to appear, or else a pipe or device, or neither where the bytes are of no interest.
    private var file: AtomicOutputFile?
    private let stream: OpenDescriptor?
    private let descriptor: FileDescriptor?
    private let calls: any FileCalls
    /// Whether zeros become holes where the output is a new file.
    var isSparse = false
    /// Whether a file's folder is synchronized, too.
    private let isDurable: Bool
    /// For text form.
    var armor: ArmorWriter?

    private init(_ file: consuming AtomicOutputFile, name: String, isDurable: Bool = true, calls: any FileCalls) {
        self.isDurable = isDurable
        descriptor = file.descriptor
        self.file = consume file
        stream = nil
        self.name = name
        self.calls = calls
    }

    private init(_ stream: consuming OpenDescriptor, name: String, calls: any FileCalls) {
        isDurable = true
        descriptor = stream.descriptor
        file = nil
        self.stream = consume stream
        self.name = name
        self.calls = calls
    }

    /// Takes everything and keeps nothing.
    init(discardingWith calls: any FileCalls) {
        isDurable = true
        descriptor = nil
        file = nil
        stream = nil
        name = ""
        self.calls = calls
    }

    /// Opens an output.
    /// - Parameter input: the input's status, which the output must not be the same file as.
    /// - Throws: `sameFile`, `outputExists`, `outputIsDirectory`, `outputFailed`.
    static func open(_ output: FileOutput, otherThan input: FileStatus, calls: any FileCalls) throws(EnvelopeError) -> OpenOutput {
        switch output {
        case .descriptor(let descriptor, let name):
            return OpenOutput(OpenDescriptor(borrowing: descriptor, calls: calls), name: name, calls: calls)
        case .file(let path, let overwrite):
            let existing = try status(at: path, calls)
            if let existing, existing.isSameFile(as: input) {
                throw EnvelopeError(.sameFile, "\(path): input and output are the same file")
            }
            return try open(path, existing, overwrite: overwrite, calls)
        case .located(let place):
            return try open(place, otherThan: input, calls)
        }
    }

    private static func open(_ place: OutputPlace, otherThan input: FileStatus, _ calls: any FileCalls) throws(EnvelopeError) -> OpenOutput
    {
        let path = place.path.string
        if let existing = try place.status() {
            guard !existing.isSameFile(as: input) else {
                throw EnvelopeError(.sameFile, "\(path): input and output are the same file")
            }
            guard existing.kind == .regular else {
                throw EnvelopeError(.outputExists, "\(path): exists already, and is no regular file: it is not written to")
            }
            guard place.overwrite else { throw .outputExists(path) }
        }
        let file = try AtomicOutputFile(
            named: place.name, in: place.folder, path: place.path, overwrite: place.overwrite, calls: calls)
        return OpenOutput(file, name: path, isDurable: false, calls: calls)
    }

    /// A file that takes the place of one that was found in its folder.
    static func replacing(_ file: LocatedFile) throws(EnvelopeError) -> OpenOutput {
        let calls = file.folder.calls
        let output = try AtomicOutputFile(named: file.name, in: file.folder, path: file.path, overwrite: true, calls: calls)
        return OpenOutput(output, name: file.path.string, calls: calls)
    }

    private static func open(
        _ path: FilePath, _ existing: FileStatus?, overwrite: Bool, _ calls: any FileCalls
    ) throws(EnvelopeError) -> OpenOutput {
        switch existing?.kind {
        case .directory:
            throw .writing(path.string, .isDirectory)
        case .pipe, .socket, .device, .symbolicLink:
            do throws(Errno) {
                return OpenOutput(try OpenDescriptor(path, O_WRONLY | O_NOCTTY, calls: calls), name: path.string, calls: calls)
            } catch {
                throw .writing(path.string, error)
            }
        case .regular, nil:
            let target = existing == nil ? path : try path.resolved(forWriting: path.string)
            let file = try AtomicOutputFile(at: target, overwrite: overwrite, calls: calls)
            return OpenOutput(file, name: path.string, calls: calls)
        }
    }

    /// Whether bytes can be written in any order. Else they go where the last ones ended.
    var isPositioned: Bool { (file != nil && armor == nil) || descriptor == nil }

    /// Writes a range of bytes of each of the first slots of a unit.
    /// - Parameter offset: where in a file they go.
    func write(
        _ unit: borrowing WorkUnit, _ ranges: [Range<Int>], at offset: UInt64, _ monitor: WorkMonitor
    ) throws(EnvelopeError) {
        guard let descriptor else { return }
        guard isPositioned else { return try unsafe append(unit.vectorsForWriting(ranges[...]), monitor) }
        var offset = offset
        var index = 0
        while index < ranges.count {
            let end = endOfRun(unit, ranges, from: index)
            if end > index {
                try unsafe write(unit.vectorsForWriting(ranges[index..<end]), to: descriptor, at: offset, monitor)
            }
            // The slot behind the run, if there is one, becomes a hole.
            let next = min(end + 1, ranges.count)
            offset += ranges[index..<next].reduce(0) { $0 + UInt64($1.count) }
            index = next
        }
    }

    /// The first slot from here on that need not be written, because it is all zeros; or behind the last.
    private func endOfRun(_ unit: borrowing WorkUnit, _ ranges: [Range<Int>], from start: Int) -> Int {
        guard isSparse else { return ranges.count }
        return ranges.indices[start...].first { unit.isZero($0, ranges[$0]) } ?? ranges.count
    }

    /// Writes all of the buffers, which are used up by it.
    private func write(
        _ buffers: UnsafeMutableBufferPointer<iovec>, to descriptor: FileDescriptor, at offset: UInt64?, _ monitor: WorkMonitor
    ) throws(EnvelopeError) {
        var rest = unsafe buffers[...]
        var offset = offset
        while true {
            while let first = unsafe rest.first, unsafe first.iov_len == 0 { unsafe rest.removeFirst() }
            guard unsafe !rest.isEmpty else { return }
            do throws(Errno) {
                let list = unsafe UnsafeBufferPointer(rebasing: rest)
                var written =
                    if let offset { try unsafe calls.write(descriptor, from: list, at: offset) } else {
                        try unsafe calls.write(descriptor, from: list)
                    }
                offset = offset.map { $0 + UInt64(written) }
                for index in unsafe rest.indices where written > 0 {
                    let count = unsafe min(written, rest[index].iov_len)
                    unsafe rest[index].iov_base = rest[index].iov_base?.advanced(by: count)
                    unsafe rest[index].iov_len -= count
                    written -= count
                }
            } catch {
                try monitor.check()
                if error == .wouldBlock {
                    calls.waitUntilReady(descriptor, toWrite: true)
                } else if error != .interrupted {
                    throw .writing(name, error)
                }
            }
        }
    }

    /// Writes behind what was written last, in the output's form.
    private func append(_ buffers: UnsafeMutableBufferPointer<iovec>, _ monitor: WorkMonitor) throws(EnvelopeError) {
        guard let descriptor else { return }
        guard let armor else { return try unsafe write(buffers, to: descriptor, at: nil, monitor) }
        for index in buffers.indices {
            let bytes = unsafe UnsafeRawBufferPointer(start: buffers[index].iov_base, count: buffers[index].iov_len)
            try unsafe armor.encode(bytes) { text throws(EnvelopeError) in
                try unsafe Self.withVector(Array(text)) { vector throws(EnvelopeError) in
                    try unsafe write(vector, to: descriptor, at: nil, monitor)
                }
            }
        }
    }

    /// Writes bytes that are in an array, at the beginning of a file or next in a stream: a header.
    func write(_ bytes: [UInt8], _ monitor: WorkMonitor) throws(EnvelopeError) {
        guard let descriptor else { return }
        try unsafe Self.withVector(bytes) { vector throws(EnvelopeError) in
            if isPositioned {
                try unsafe write(vector, to: descriptor, at: 0, monitor)
            } else {
                try unsafe append(vector, monitor)
            }
        }
    }

    /// The bytes as the list of one buffer.
    private static func withVector(
        _ bytes: [UInt8], _ body: (UnsafeMutableBufferPointer<iovec>) throws(EnvelopeError) -> Void
    ) throws(EnvelopeError) {
        var copy = bytes
        let outcome: Result<Void, EnvelopeError> = unsafe copy.withUnsafeMutableBytes { buffer in
            var entry = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
            return unsafe withUnsafeMutablePointer(to: &entry) { pointer in
                do throws(EnvelopeError) {
                    return .success(try unsafe body(UnsafeMutableBufferPointer(start: pointer, count: 1)))
                } catch {
                    return .failure(error)
                }
            }
        }
        try outcome.get()
    }

    /// Writes what is left of the output's form, and makes a file appear.
    /// - Parameter byteCount: what the whole file has; it may end with a hole that was not written.
    mutating func commit(byteCount: UInt64, _ attributes: FileAttributes, _ monitor: WorkMonitor) throws(EnvelopeError) {
        guard let descriptor else { return }
        if let armor {
            try unsafe Self.withVector(Array(armor.finish())) { vector throws(EnvelopeError) in
                try unsafe write(vector, to: descriptor, at: nil, monitor)
            }
        }
        if isSparse, file != nil {
            do throws(Errno) {
                try calls.truncate(descriptor, to: byteCount)
            } catch {
                throw .writing(name, error)
            }
        }
        try file?.commit(attributes, synchronizingFolder: isDurable)
    }

    /// Of a file that is in its place.
    func setModificationTime(_ time: FileTime) throws(EnvelopeError) {
        guard file != nil, let descriptor else { return }
        do throws(Errno) {
            try calls.setModificationTime(descriptor, time)
        } catch {
            throw .writing(name, error)
        }
    }

    private static func status(at path: FilePath, _ calls: any FileCalls) throws(EnvelopeError) -> FileStatus? {
        do throws(Errno) {
            return try calls.status(at: path)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw .writing(path.string, error)
        }
    }
}

/// Where in a tree a file is to be.
public struct OutputPlace: Sendable {
    /// As a person would name it.
    let path: FilePath
    let folder: OpenFolder
    let name: FilePath.Component
    let overwrite: Bool

    /// What has the name; a symbolic link is one itself.
    func status() throws(EnvelopeError) -> FileStatus? {
        do throws(Errno) {
            return try folder.status(of: name)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw .writing(path.string, error)
        }
    }
}

extension FilePath {
    fileprivate func resolved(forWriting name: String) throws(EnvelopeError) -> FilePath {
        do throws(Errno) {
            return try resolved()
        } catch {
            throw .writing(name, error)
        }
    }
}
