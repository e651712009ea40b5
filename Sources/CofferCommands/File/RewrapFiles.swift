import Envelope
import KeyStore
import SystemPackage

/// Rewraps files and tells what becomes of them.
struct RewrapFiles {
    private let operands: FileOperands
    private let session: Session
    private let stop = RunStop()
    private let report: FileReport
    private let progress: Progress
    let monitor: WorkMonitor

    init(operands: FileOperands, verb: String, _ options: OutputOptions, _ store: LazyStore, in session: Session) {
        self.operands = operands
        self.session = session
        let stop = stop
        report = FileReport(session, store, stop, isVerification: false)
        progress = Progress(verb, Workload(fileCount: max(1, operands.files.count), byteCount: nil), options: options, in: session.context)
        monitor = WorkMonitor(isCancelled: { stop.isSet || Task.isCancelled })
        session.context.interruption.allowGrace()
        _ = session.context.interruption.register { stop.stop(CommandError.interrupted) }
    }

    func run(_ rewrapper: SealedFileRewrapper, resuming: Bool, isDryRun: Bool) async throws {
        defer { progress.clear() }
        let summary: RewrapSummary
        do {
            let names = session.context.arguments
            if let folder = operands.recursive {
                summary = try await rewrapper.rewrap(tree: names.path(folder), resuming: resuming, isDryRun: isDryRun) { await tell($0) }
            } else {
                summary = try await rewrapper.rewrap(names.paths(operands.files), isDryRun: isDryRun) { await tell($0) }
            }
        } catch {
            throw stop.error ?? error
        }
        progress.clear()
        if !isDryRun, !summary.keysRotatedMeanwhile.isEmpty {
            session.output.warn("keys were rotated meanwhile: \(summary.keysRotatedMeanwhile.joined(separator: ", "))")
        }
        if !operands.isSingle || session.output.wantsJSON {
            try await report.finish(RewrapRunResult(summary))
        } else {
            try await report.finish()
        }
        if !operands.isSingle || summary.rewrappedCount == 0 { session.output.note(RewrapRunResult(summary).sentence(isDryRun: isDryRun)) }
        guard summary.keysRotatedMeanwhile.isEmpty else {
            throw CommandError(
                .keysRotated, "some files may have been left at a version before the newest one", hint: "run the command again")
        }
    }

    private func tell(_ event: RewrapEvent) async {
        switch event {
        case .file(let path, let result):
            progress.begin(visible(path.string), byteCount: nil).didAdvance(0)
            switch result {
            case .success(let outcome):
                warn(path, outcome)
                await report.done(RewrapResult(path, outcome))
            case .failure(let error): await report.failed(path.string, error)
            }
        case .skipped(let entry): await report.skipped(entry)
        case .recovered(let path, .completed):
            session.output.note("\(visible(path.string)): was left half done by an interrupted run, and is whole again")
        case .recovered(let path, .changedSince):
            let what = "was left half done by an interrupted run, and was changed by others since: look at it, and run this again"
            await report.failed(path.string, EnvelopeError(.inputChanged, "\(path): \(what)"))
        case .recovered(let path, .headerLost):
            let what = "does not begin with any header any more; the journal of the interrupted run has kept its header"
            await report.failed(path.string, EnvelopeError(.damagedHeader, "\(path): \(what)"))
        }
    }

    private func warn(_ path: FilePath, _ outcome: RewrapOutcome) {
        let name = visible(path.string)
        for key in outcome.unusable {
            session.output.warn("\(name): its recipient \(visible(key.keyARN)) was left as it is: \(key.error.message)")
        }
        for selector in outcome.absent { session.output.note("\(name): \(visible("\(selector)")) was no recipient of it") }
    }
}

/// What became of the recipients of one file.
private struct RewrapResult: CommandResult {
    private struct Key: Encodable {
        let keyId: String
        let keyVersion: UInt32?

        init(_ name: KeyVersionName) {
            keyId = name.keyARN
            keyVersion = name.version
        }
    }

    private let input: String
    private let action: String
    private let method: String?
    private let keysBefore: [Key]
    private let keysAfter: [Key]
    private let added: [String]
    private let removed: [String]
    private let unusable: [String]
    let text: String

    private enum CodingKeys: CodingKey { case input, action, method, keysBefore, keysAfter, added, removed, unusable }

    init(_ path: FilePath, _ outcome: RewrapOutcome) {
        input = path.string
        (action, method) =
            switch outcome.action {
            case .current: ("Current", nil)
            case .rewrapped(let method): ("Rewrapped", Self.name(method))
            case .wouldRewrap(let method): ("WouldRewrap", Self.name(method))
            }
        keysBefore = outcome.keysBefore.map(Key.init)
        keysAfter = outcome.keysAfter.map(Key.init)
        added = outcome.added
        removed = outcome.removed
        unusable = outcome.unusable.map(\.keyARN)
        text = Self.text(visible(path.string), outcome)
    }

    private static func name(_ method: RewrapOutcome.Method) -> String {
        switch method {
        case .inPlace: "InPlace"
        case .reflinked: "Reflinked"
        case .copied: "Copied"
        }
    }

    /// Of a file that needed nothing there is nothing to say.
    private static func text(_ name: String, _ outcome: RewrapOutcome) -> String {
        let verb: String
        switch outcome.action {
        case .current: return ""
        case .rewrapped: verb = "rewrapped"
        case .wouldRewrap: verb = "would be rewrapped"
        }
        let keys = keyChanges(outcome).map(visible)
        let added = outcome.added.filter { $0 != KMSKeyStanza.type }.map { "with \(visible($0))" }
        let removed = outcome.removed.map { "without \(visible($0))" }
        let changes = (keys + added + removed).joined(separator: ", ")
        return "\(name): \(verb)\(changes.isEmpty ? "" : ": \(changes)")\n"
    }
}

extension RewrapResult {
    /// From which key and version to which.
    private static func keyChanges(_ outcome: RewrapOutcome) -> [String] {
        let renewed = outcome.versionChanges
        func isOther(_ key: KeyVersionName) -> Bool { !renewed.contains { $0.keyARN == key.keyARN } }
        let gone = outcome.keysBefore.filter { !outcome.keysAfter.contains($0) && isOther($0) }
        let new = outcome.keysAfter.filter { !outcome.keysBefore.contains($0) && isOther($0) }
        let replaced = gone.count == 1 && new.count == 1 ? ["\(gone[0]) → \(new[0])"] : new.map { "now \($0)" }
        return renewed.map(\.description) + replaced
    }
}

/// What a run came to.
private struct RewrapRunResult: CommandResult {
    let rewrappedCount: Int
    let currentCount: Int
    let resumedCount: Int
    let skippedCount: Int
    let failedCount: Int
    let keysRotatedMeanwhile: [String]

    private enum CodingKeys: CodingKey { case rewrappedCount, currentCount, resumedCount, skippedCount, failedCount, keysRotatedMeanwhile }

    init(_ summary: RewrapSummary) {
        rewrappedCount = summary.rewrappedCount
        currentCount = summary.currentCount
        resumedCount = summary.resumedCount
        skippedCount = summary.skippedCount
        failedCount = summary.failedCount + summary.failedEntryCount
        keysRotatedMeanwhile = summary.keysRotatedMeanwhile
    }

    var text: String { "" }

    func sentence(isDryRun: Bool) -> String {
        let resumed = resumedCount > 0 ? ", \(resumedCount) done before" : ""
        return
            "\(rewrappedCount) \(isDryRun ? "would be rewrapped" : "rewrapped"), \(currentCount) current\(resumed), \(skippedCount) skipped"
    }
}
