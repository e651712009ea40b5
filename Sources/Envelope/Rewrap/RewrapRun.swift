import SystemPackage

/// A run over the files of one folder, batch by batch.
///
/// Of a batch, all headers are made first; then the journal has them, on the disk; only then is the first one written. Files of a
/// batch are dealt with side by side, so that the key service's audit trail and the disk are waited for together.
struct RewrapRun: ~Copyable {
    /// Files of a batch; their descriptors, and those of their folders, are open at one time.
    private static let batchCount = 64
    /// Files of a batch that are at work at one time.
    private static let concurrency = 16
    /// Files that failed, and files of several names, that are remembered. Beyond, a run cannot be resumed; or a file is dealt with again
    /// under its other name.
    private static let maximumMemoryCount = 100_000

    private struct Inode: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private let work: FileRewrap
    private let plan: RewrapPlan
    private let root: OpenFolder
    private let path: FilePath
    /// Whether the run is about one file that a person named: it must be a sealed one, and a run over the whole folder that was
    /// interrupted can still be resumed after it.
    private let isOfNamedFile: Bool
    private let isDryRun: Bool
    private let report: @Sendable (RewrapEvent) async -> Void
    private let monitor: WorkMonitor

    private(set) var summary = RewrapSummary()
    private var journal: RewrapJournal?
    private var batch: [LocatedFile] = []
    private var failed: [FilePath] = []
    private var position: FilePath?
    /// Where an interrupted run had come to, and what had failed in it.
    private var earlierPosition: FilePath?
    private var earlierFailed: Set<FilePath> = []
    /// Files of the batch at work that wait for their turn. Should it not come, they are as good as failed.
    private var waiting: [FilePath] = []
    /// Files that an interrupted run may have left half written, and that could not be made whole. They were told.
    private var unrepaired: Set<FilePath> = []
    /// Whether the journal keeps something throughout this run: a header that could not be brought to its file, or the interrupted run over
    /// the folder of a named file.
    private var isRetaining = false
    /// Files with several names that are dealt with, by one of them.
    private var linked: [Inode: FilePath] = [:]
    /// Whether a file needs the journal to be whole again, so that it must stay.
    private var isTorn = false

    init(
        _ rewrapper: SealedFileRewrapper, _ root: OpenFolder, _ path: FilePath, _ versions: KeyVersions, isOfNamedFile: Bool,
        isDryRun: Bool, _ report: @escaping @Sendable (RewrapEvent) async -> Void
    ) {
        work = FileRewrap(
            identities: rewrapper.identities,
            rewrite: StanzaRewrite(plan: rewrapper.plan, service: rewrapper.service, versions: versions), monitor: rewrapper.monitor,
            isDryRun: isDryRun)
        plan = rewrapper.plan
        monitor = rewrapper.monitor
        self.root = root
        self.path = path
        self.isOfNamedFile = isOfNamedFile
        self.isDryRun = isDryRun
        self.report = report
    }

    // MARK: Beginning

    /// What was found in the journal.
    private struct Found {
        var plan: [UInt8]?
        var position: FilePath?
        var failed: Set<FilePath> = []
        /// Of the run, apart from changes.
        var run: [RewrapJournal.Record] = []
        /// Changes whose file may need its header still.
        var unfinished: [RewrapJournal.Record] = []
        var recovered: [(path: FilePath, outcome: Result<RewrapRecovery, EnvelopeError>)] = []
    }

    /// Takes the folder for this run, and makes whole what an interrupted one has left.
    mutating func begin(resuming: Bool) async throws(EnvelopeError) {
        guard !isDryRun else { return }
        var journal = try RewrapJournal(in: root, path: path)
        let found = try recover(from: &journal)
        for (relativePath, outcome) in found.recovered { await account(for: outcome, of: relativePath) }
        let retained = found.unfinished + (isOfNamedFile ? found.run : [])
        isRetaining = !retained.isEmpty
        if resuming, let earlierPlan = found.plan {
            guard try earlierPlan == plan.fingerprint() else {
                throw EnvelopeError(
                    .invalidRecipients,
                    "\(path): the run to be resumed had other recipients in mind: give the same, or start anew without resuming")
            }
            (earlierPosition, earlierFailed, position) = (found.position, found.failed, found.position)
        }
        try journal.forgetAll(but: retained)
        try journal.replace(by: try records())
        self.journal = consume journal
    }

    private func recover(from journal: inout RewrapJournal) throws(EnvelopeError) -> Found {
        let recovery = JournalRecovery(root: root, path: path)
        var found = Found()
        try journal.forEachRecord { record throws(EnvelopeError) in
            switch record {
            case .plan(let fingerprint): found.plan = fingerprint
            case .position(let path): found.position = path
            case .failed(let path): found.failed.insert(path)
            case .change(let change):
                do throws(EnvelopeError) {
                    guard let outcome = try recovery.recover(change) else { return }
                    found.recovered.append((change.path, .success(outcome)))
                    if outcome == .headerLost { found.unfinished.append(record) }
                } catch {
                    found.recovered.append((change.path, .failure(error)))
                    found.unfinished.append(record)
                }
                return
            }
            found.run.append(record)
        }
        return found
    }

    private mutating func account(for outcome: Result<RewrapRecovery, EnvelopeError>, of relativePath: FilePath) async {
        let path = path.pushing(relativePath)
        switch outcome {
        case .success(let recovery):
            if recovery != .completed { summary.failedCount += 1 }
            await report(.recovered(path, recovery))
        case .failure(let error):
            summary.failedCount += 1
            unrepaired.insert(relativePath)
            failed.append(relativePath)
            await report(.file(path, .failure(error)))
        }
    }

    /// What the journal holds between two batches, behind what it retains.
    private func records() throws(EnvelopeError) -> [RewrapJournal.Record] {
        guard !isOfNamedFile else { return [] }
        let failures = failed + earlierFailed + waiting
        let plan = RewrapJournal.Record.plan(try plan.fingerprint())
        // Without a position, a resumed run begins at the beginning.
        guard let position, failures.count <= Self.maximumMemoryCount else { return [plan] }
        return [plan, .position(position)] + failures.map { .failed($0) }
    }

    // MARK: Entries

    mutating func add(_ file: LocatedFile) async throws(EnvelopeError) {
        guard !unrepaired.contains(file.relativePath) else { return }
        let hadFailed = earlierFailed.remove(file.relativePath) != nil
        if let earlierPosition, !earlierPosition.comesBefore(file.relativePath), !hadFailed {
            summary.resumedCount += 1
            return
        }
        batch.append(file)
        if batch.count == Self.batchCount { try await finishBatch() }
    }

    mutating func add(_ skipped: SkippedEntry) async throws(EnvelopeError) {
        // After the files before it.
        try await finishBatch()
        await skip(skipped)
    }

    private mutating func skip(_ skipped: SkippedEntry) async {
        if skipped.reason.isFailure { summary.failedEntryCount += 1 }
        summary.skippedCount += 1
        await report(.skipped(skipped))
    }

    /// The end of the tree. The journal goes, unless it has something left to tell to the next run.
    mutating func end() async throws(EnvelopeError) {
        try await finishBatch()
        guard !isTorn, !isRetaining, failed.isEmpty || isOfNamedFile else { return }
        try journal?.remove()
    }

    // MARK: A batch

    private mutating func finishBatch() async throws(EnvelopeError) {
        var rest = batch
        batch = []
        while !rest.isEmpty {
            // A file with several names is dealt with once: its other names wait for what becomes of it.
            let (now, later) = await takeOncePerFile(rest)
            waiting = later.map(\.relativePath)
            try await work(through: now)
            try settle()
            rest = later
        }
    }

    /// Notes in the journal how far the run has come.
    private mutating func settle() throws(EnvelopeError) {
        guard !isTorn, !isDryRun else { return }
        let records = try records()
        try journal?.replace(by: records)
    }

    private mutating func takeOncePerFile(_ files: [LocatedFile]) async -> (now: [LocatedFile], later: [LocatedFile]) {
        var (now, later): ([LocatedFile], [LocatedFile]) = ([], [])
        var inBatch: Set<Inode> = []
        for file in files {
            guard file.status.linkCount > 1 else {
                now.append(file)
                continue
            }
            let inode = Inode(device: file.status.device, inode: file.status.inode)
            if let path = linked[inode] {
                await skip(SkippedEntry(path: file.path, reason: .sameFile(as: path)))
            } else if inBatch.insert(inode).inserted {
                now.append(file)
            } else {
                later.append(file)
            }
        }
        return (now, later)
    }

    private mutating func work(through files: [LocatedFile]) async throws(EnvelopeError) {
        guard !files.isEmpty else { return }
        let work = work
        let prepared = await concurrently(files, atMost: Self.concurrency) { file in await work.prepare(file) }
        // So far nothing is changed: who gave up gets no half batch.
        try monitor.check()
        let changes = prepared.compactMap { prepared in
            prepared.change.map { RewrapJournal.Change(path: prepared.file.relativePath, old: $0.old, new: $0.new) }
        }
        if !changes.isEmpty { try journal?.append(changes.map { .change($0) }) }
        let applied = await concurrently(prepared, atMost: Self.concurrency) { prepared in work.apply(prepared) }
        for (prepared, applied) in zip(prepared, applied) { await account(for: applied, of: prepared.file) }
        if let last = files.last?.relativePath, position?.comesBefore(last) ?? true { position = last }
    }

    private mutating func account(for applied: AppliedRewrap, of file: LocatedFile) async {
        if applied.isTorn { isTorn = true }
        guard let result = applied.result else {
            guard isOfNamedFile else { return await skip(SkippedEntry(path: file.path, reason: .notASealedFile)) }
            summary.failedCount += 1
            return await report(.file(file.path, .failure(EnvelopeError(.notASealedFile, "\(file.path): is not a sealed file"))))
        }
        switch result {
        case .failure(let error) where error.code == .inputNotFound && !isOfNamedFile:
            return await skip(SkippedEntry(path: file.path, reason: .vanished))
        case .success(let outcome):
            switch outcome.action {
            case .current: summary.currentCount += 1
            case .rewrapped, .wouldRewrap: summary.rewrappedCount += 1
            }
            remember(file, outcome.action)
        case .failure:
            summary.failedCount += 1
            failed.append(file.relativePath)
        }
        await report(.file(file.path, result))
    }

    private mutating func remember(_ file: LocatedFile, _ action: RewrapOutcome.Action) {
        guard file.status.linkCount > 1, linked.count < Self.maximumMemoryCount else { return }
        switch action {
        case .current, .rewrapped(.inPlace), .wouldRewrap(.inPlace):
            linked[Inode(device: file.status.device, inode: file.status.inode)] = file.path
        case .rewrapped, .wouldRewrap:
            // This name has a file of its own now, and the others have the old one.
            break
        }
    }
}

extension FilePath {
    /// Whether a walk comes to this file before the other.
    func comesBefore(_ other: FilePath) -> Bool {
        components.lexicographicallyPrecedes(other.components) { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
}
