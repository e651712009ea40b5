import AgeFormat
public import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Seals, opens or verifies all files of a folder, several at a time.
///
/// The files of a tree become files of the same relative paths in another, with `.age` behind the name or without. A file that fails
/// does not keep the others from being dealt with.
public struct SealedTree: Sendable {
    /// What is behind the names of sealed files.
    public static let suffix = ".age"
    /// Files that are at work at one time: while one waits for the disk or the key service, others go on.
    private static let concurrency = 16

    /// What is done to each file.
    public enum Work: Sendable {
        /// All files but those that are sealed: by their name, and by how they begin.
        case seal(SealedFileWriter)
        /// All files that are sealed by their name.
        case open(SealedFileOpener)
        /// - Parameter sample: what part of each file's chunks; nil for all.
        case verify(SealedFileOpener, sample: Double? = nil)
        /// New file keys, in place.
        case reencrypt(SealedFileReencrypter)
    }

    /// What is done where there is a file already by the name of one that is to be written.
    public enum Existing: Sendable {
        /// It stays; `outputExists`.
        case keep
        case replace
        /// As `replace`, but a file that did not change since it was sealed is passed over: its sealed one is of its size and its time of
        /// modification, and was written after its last change of any kind. Sealing alone knows that; else as `replace`.
        case update
    }

    /// What became of an entry.
    public enum Event: Sendable {
        case done(FilePath, output: FilePath?, SealedFileSummary)
        /// It did not change since it was sealed.
        case unchanged(LocatedFile)
        case failed(FilePath, EnvelopeError)
        case skipped(SkippedEntry)
    }

    private let work: Work
    private let existing: Existing
    private let monitor: @Sendable (LocatedFile) -> WorkMonitor

    /// - Parameters:
    ///   - existing: what is done about output files that are there. Sealing replaces no file but an age file.
    ///   - monitor: watches the work on one file; called when it begins.
    public init(
        _ work: Work, existing: Existing = .keep, monitor: @escaping @Sendable (LocatedFile) -> WorkMonitor = { _ in WorkMonitor() }
    ) {
        self.work = work
        self.existing = existing
        self.monitor = monitor
    }

    /// Goes through a tree.
    ///
    /// - Parameters:
    ///   - output: where the other tree is or will be; nil to put each file beside the one it comes from. Not within `root`.
    ///   - report: called for each entry, not in their order.
    /// - Throws: `sameFile` when the output is within the tree; why the root or the output cannot be opened; `outputNotDurable`, `cancelled`.
    ///   A folder in it that cannot be made is reported, and so are the files that were to be in it.
    public func run(
        _ root: FilePath, to output: FilePath? = nil, report: @escaping @Sendable (Event) async -> Void
    ) async throws(EnvelopeError) {
        let tree = try FileTree(root)
        var target = try output.map { path throws(EnvelopeError) in try OutputTree(path, outside: root) } ?? OutputTree(beside: tree)
        do throws(EnvelopeError) {
            try await run(tree, to: &target, report)
        } catch {
            // What was reported as done is to be durable, whatever ended the run; its reason says more than a failure of this.
            if writesFiles { _ = Result { () throws(EnvelopeError) in try target.finish() } }
            throw error
        }
        if writesFiles { try target.finish() }
    }

    private func run(
        _ tree: FileTree, to target: inout OutputTree, _ report: @escaping @Sendable (Event) async -> Void
    ) async throws(EnvelopeError) {
        var batch: [Job] = []
        for entry in tree {
            do throws(EnvelopeError) {
                switch entry {
                case .skipped(let skipped): await report(.skipped(skipped))
                case .folder(let relativePath, let permissions):
                    if writesFiles { try target.makeFolder(relativePath, permissions: permissions) }
                case .file(let file):
                    if let reason = reasonToSkip(file) {
                        await report(.skipped(SkippedEntry(path: file.path, reason: reason)))
                    } else {
                        batch.append(Job(file: file, output: try outputPlace(of: file, in: &target)))
                    }
                }
            } catch {
                await report(.failed(tree.path.pushing(entry.relativePath), error))
            }
            if batch.count == Self.concurrency * 8 { try await finish(&batch, report) }
        }
        try await finish(&batch, report)
    }

    private struct Job: Sendable {
        let file: LocatedFile
        let output: OutputPlace?
    }

    /// Whether files appear in folders that are not synchronized for each of them.
    private var writesFiles: Bool {
        switch work {
        case .seal, .open: true
        case .verify, .reencrypt: false
        }
    }

    private func reasonToSkip(_ file: LocatedFile) -> SkippedEntry.Reason? { work.reasonToSkip(file) }

    private func outputPlace(of file: LocatedFile, in target: inout OutputTree) throws(EnvelopeError) -> OutputPlace? {
        let name: FilePath.Component? =
            switch work {
            case .seal: file.name.sealed
            case .open: file.name.opened
            case .verify, .reencrypt: nil
            }
        guard let name else { return nil }
        let parent = file.relativePath.removingLastComponent()
        let path = target.path.pushing(parent).appending(name)
        let folder = try target.folder(at: parent)
        // Beside its file it may be one that is to be sealed itself: `--force` is for sealed files of an earlier run.
        if case .seal = work, existing != .keep, folder.beginsSealed(name) == false {
            throw EnvelopeError(.sameFile, "\(path): exists already, is no age file, and is not replaced: move it away")
        }
        return OutputPlace(path: path, folder: folder, name: name, overwrite: existing != .keep)
    }

    private func finish(_ batch: inout [Job], _ report: @escaping @Sendable (Event) async -> Void) async throws(EnvelopeError) {
        let jobs = batch
        batch = []
        let isCancelled = await concurrently(jobs, atMost: Self.concurrency) { job in await event(of: job, report) }
        if isCancelled.contains(true) { throw EnvelopeError(.cancelled, "cancelled") }
    }

    /// Does one file; true when it was cancelled.
    private func event(of job: Job, _ report: @Sendable (Event) async -> Void) async -> Bool {
        do throws(EnvelopeError) {
            let monitor = monitor(job.file)
            if existing == .update, case .seal = work, try job.file.isSealed(in: job.output, monitor) {
                await report(.unchanged(job.file))
            } else {
                await report(.done(job.file.path, output: job.output?.path, try await run(job, monitor)))
            }
            return false
        } catch {
            guard error.code != .cancelled else { return true }
            await report(.failed(job.file.path, error))
            return false
        }
    }

    private func run(_ job: Job, _ monitor: WorkMonitor) async throws(EnvelopeError) -> SealedFileSummary {
        let input = FileInput.located(job.file)
        switch work {
        case .seal(let writer): return try await writer.watched(by: monitor).seal(input, to: output(of: job))
        case .open(let opener): return try await opener.watched(by: monitor).open(input, to: output(of: job))
        case .verify(let opener, nil): return try await opener.watched(by: monitor).verify(input)
        case .verify(let opener, let fraction?): return try await opener.watched(by: monitor).verify(input, sample: fraction)
        case .reencrypt(let reencrypter): return try await reencrypter.watched(by: monitor).reencrypt(job.file)
        }
    }

    private func output(of job: Job) -> FileOutput {
        guard let output = job.output else { preconditionFailure("what seals and opens has an output") }
        return .located(output)
    }
}

extension SealedTree.Work {
    /// Why a regular file of a tree is not dealt with; nil when it is.
    package func reasonToSkip(_ file: LocatedFile) -> SkippedEntry.Reason? {
        switch self {
        case .seal: file.name.isSealed && file.beginsSealed ? .alreadySealed : nil
        case .open, .verify, .reencrypt: file.name.isSealed ? nil : .notASealedFile
        }
    }
}

extension LocatedFile {
    /// A plaintext that is only called `.age` must not go its way unsealed. What cannot be read is for sealing to report.
    fileprivate var beginsSealed: Bool { folder.beginsSealed(name) ?? false }

    /// Whether a place has the file as it is now, as far as sizes and times tell. Sealing gives the sealed file the time of modification of what
    /// it read. The time of change is nobody's to set: it tells of a change whose time was put back. In the same tick of the clock of the file
    /// system it tells nothing, so the sealed one has to be younger by that.
    /// - Throws: `cancelled`.
    fileprivate func isSealed(in place: OutputPlace?, _ monitor: WorkMonitor) throws(EnvelopeError) -> Bool {
        guard let place, let now = try? place.folder.status(of: place.name) else { return false }
        guard now.kind == .regular, now.modificationTime == status.modificationTime, now.changeTime > status.changeTime.latest else {
            return false
        }
        let sealed = LocatedFile(
            path: place.path, relativePath: FilePath(root: nil, [place.name]), folder: place.folder, name: place.name, status: now)
        do throws(EnvelopeError) {
            return try SealedFileInspection(.located(sealed), monitor: monitor).plaintextByteCount == byteCount
        } catch {
            guard error.code != .cancelled else { throw error }
            return false
        }
    }
}

extension FileTime {
    /// The latest time that a file system may have meant which has no finer ones: FAT counts in two seconds, exFAT in hundredths of one.
    var latest: FileTime {
        nanoseconds.isMultiple(of: 10_000_000) ? FileTime(seconds: seconds + 2, nanoseconds: nanoseconds) : self
    }
}

extension OpenFolder {
    /// Whether a file in it begins as an age file does; nil where there is none that can be read.
    fileprivate func beginsSealed(_ name: FilePath.Component) -> Bool? {
        do throws(Errno) {
            let file = try calls.open(name, in: descriptor, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            defer { calls.close(file) }
            let bytes = try calls.readBytes(ArmorDecoder.maximumPrefixByteCount, of: file, at: 0)
            // `bytes` of a span is unsafe only for elements with padding, which a byte has not.
            let isArmored = unsafe ArmorDecoder.isArmored(bytes.span.bytes) ?? false
            return isArmored || bytes.starts(with: "age-encryption.org/".utf8)
        } catch {
            return nil
        }
    }
}

extension FilePath.Component {
    fileprivate var isSealed: Bool {
        let bytes = bytes
        return bytes.count > SealedTree.suffix.utf8.count
            && bytes.suffix(SealedTree.suffix.utf8.count).elementsEqual(SealedTree.suffix.utf8)
    }

    /// With `.age` behind it.
    package var sealed: FilePath.Component? { FilePath.Component(bytes: bytes + SealedTree.suffix.utf8) }

    /// Without the `.age` behind it; nil for a name that has none, or nothing else.
    package var opened: FilePath.Component? { isSealed ? FilePath.Component(bytes: bytes.dropLast(SealedTree.suffix.utf8.count)) : nil }

    /// A name of any bytes.
    private init?(bytes: [UInt8]) {
        let characters = bytes.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
        self.init(platformString: characters)
    }
}
