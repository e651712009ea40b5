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
    private let isDryRun: Bool
    private let report: @Sendable (RewrapEvent) async -> Void
    private let monitor: WorkMonitor

    private(set) var summary = RewrapSummary()
    private var journal: RewrapJournal?
    private var batch: [LocatedFile] = []
    private var isNamed = false
    private var failed: [FilePath] = []
    private var position: FilePath?
    /// Where an interrupted run had come to, and what had failed in it.
    private var earlierPosition: FilePath?
    private var earlierFailed: Set<FilePath> = []
    /// Files with several names that are dealt with, by one of them.
    private var linked: [Inode: FilePath] = [:]
    /// Whether a file needs the journal to be whole again, so that it must stay.
    private var isTorn = false

    init(
        _ rewrapper: SealedFileRewrapper, _ root: OpenFolder, _ path: FilePath, _ versions: KeyVersions, isDryRun: Bool,
        _ report: @escaping @Sendable (RewrapEvent) async -> Void
    ) {
        work = FileRewrap(
            identities: rewrapper.identities,
            rewrite: StanzaRewrite(plan: rewrapper.plan, service: rewrapper.service, versions: versions), monitor: rewrapper.monitor,
            isDryRun: isDryRun)
        plan = rewrapper.plan
        monitor = rewrapper.monitor
        self.root = root
        self.path = path
        self.isDryRun = isDryRun
        self.report = report
    }

    // MARK: Beginning

    /// Takes the folder for this run, and makes whole what an interrupted one has left.
    mutating func begin(resuming: Bool) async throws(EnvelopeError) {
        guard !isDryRun else { return }
        var journal = try RewrapJournal(in: root, path: path)
        let recovery = JournalRecovery(root: root, calls: root.calls)
        var earlierPlan: [UInt8]?
        var (position, failed): (FilePath?, Set<FilePath>) = (nil, [])
        var recovered: [(FilePath, RewrapRecovery)] = []
        try journal.forEachRecord { record throws(EnvelopeError) in
            switch record {
            case .plan(let fingerprint): earlierPlan = fingerprint
            case .position(let path): position = path
            case .failed(let path): failed.insert(path)
            case .change(let change):
                if let outcome = try recovery.recover(change) { recovered.append((change.path, outcome)) }
            }
        }
        for (relativePath, outcome) in recovered { await report(.recovered(path.pushing(relativePath), outcome)) }
        let fingerprint = try plan.fingerprint()
        if resuming, let earlierPlan {
            guard earlierPlan == fingerprint else {
                throw EnvelopeError(
                    .invalidRecipients,
                    "\(path): the run to be resumed had other recipients in mind: give the same, or start anew without resuming")
            }
            (earlierPosition, earlierFailed) = (position, failed)
            self.position = position
        }
        try journal.replace(by: records(fingerprint))
        self.journal = consume journal
    }

    /// What the journal holds between two batches.
    private func records(_ fingerprint: [UInt8]) -> [RewrapJournal.Record] {
        let failures = failed + earlierFailed
        // Without a position, a resumed run begins at the beginning.
        guard let position, failures.count <= Self.maximumMemoryCount else { return [.plan(fingerprint)] }
        return [.plan(fingerprint), .position(position)] + failures.map { .failed($0) }
    }

    // MARK: Entries

    /// - Parameter isNamed: whether a person named this very file, so that it must be a sealed one.
    mutating func add(_ file: LocatedFile, isNamed: Bool) async throws(EnvelopeError) {
        self.isNamed = isNamed
        if let earlierPosition, !earlierPosition.comesBefore(file.relativePath), earlierFailed.remove(file.relativePath) == nil {
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
        guard !isTorn, failed.isEmpty || isNamed else { return }
        try journal?.remove()
    }

    // MARK: A batch

    private mutating func finishBatch() async throws(EnvelopeError) {
        var rest = batch
        batch = []
        while !rest.isEmpty {
            // A file with several names is dealt with once: its other names wait for what becomes of it.
            let (now, later) = await takeOncePerFile(rest)
            try await work(through: now)
            rest = later
        }
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
        guard !isTorn, !isDryRun else { return }
        let records = records(try plan.fingerprint())
        try journal?.replace(by: records)
    }

    private mutating func account(for applied: AppliedRewrap, of file: LocatedFile) async {
        if applied.isTorn { isTorn = true }
        guard let result = applied.result else {
            guard isNamed else { return await skip(SkippedEntry(path: file.path, reason: .notASealedFile)) }
            summary.failedCount += 1
            return await report(.file(file.path, .failure(EnvelopeError(.notASealedFile, "\(file.path): is not a sealed file"))))
        }
        switch result {
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
