import Envelope
import Findings
import KeyStore
import SystemPackage

/// One kind of work on the files that a person named, or on all files of a folder.
struct FileRun {
    let work: SealedTree.Work
    /// `sealing`
    let verb: String
    let options: OutputOptions
    let store: LazyStore
    let session: Session
    private let stop = RunStop()

    init(_ work: SealedTree.Work, verb: String, _ options: OutputOptions, _ store: LazyStore, in session: Session) {
        self.work = work
        self.verb = verb
        self.options = options
        self.store = store
        self.session = session
        session.context.interruption.allowGrace()
        // The workers are no tasks, so that cancelling does not reach all of them.
        _ = session.context.interruption.register { [stop] in stop.stop(CommandError.interrupted) }
    }

    // MARK: Files by name

    /// Works on one file, whose error is the command's; or on several, of which some may fail.
    func run(_ plans: [FilePlan]) async throws {
        let progress = Progress(
            verb, Workload.of(plans.map { $0.inputPath }), options: options, in: session.context)
        defer { progress.clear() }
        if plans.count == 1 {
            let result = try await result(of: plans[0], progress)
            progress.clear()
            if !isToStandardOutput(plans[0]) { try session.output.render(result) }
            return
        }
        let report = FileReport(session, store, stop, isVerification: isVerification)
        for plan in plans where !stop.isSet {
            do {
                await report.done(try await result(of: plan, progress))
            } catch let error as EnvelopeError where error.code == .cancelled {
                throw stop.error ?? error
            } catch {
                await report.failed(plan.inputName, error)
            }
        }
        try await report.finish()
    }

    private func result(of plan: FilePlan, _ progress: Progress) async throws -> FileResult {
        var monitor = progress.begin(visible(plan.inputName), byteCount: Workload.size(of: plan.inputPath))
        monitor.isCancelled = isCancelled
        do {
            let summary = try await work.run(plan, monitor)
            return render(plan.inputName, plan.outputPath, summary)
        } catch {
            throw stop.error ?? error
        }
    }

    private func isToStandardOutput(_ plan: FilePlan) -> Bool {
        switch work {
        case .seal, .open: plan.outputPath == nil
        case .verify, .reencrypt: false
        }
    }

    // MARK: A tree

    func run(tree: FilePath, to output: FilePath?, existing: SealedTree.Existing) async throws {
        let display = ProgressDisplay(options, in: session.context)
        let workload =
            display == nil ? Workload(fileCount: 0, byteCount: nil) : try Workload.of(tree: tree) { work.reasonToSkip($0) == nil }
        let progress = Progress(verb, workload, options: options, in: session.context)
        defer { progress.clear() }
        let report = FileReport(session, store, stop, isVerification: isVerification, countsUnchanged: existing == .update)
        let isCancelled = isCancelled
        let sealed = SealedTree(work, existing: existing) { file in
            var monitor = progress.join(visible(file.path.string), byteCount: file.byteCount)
            monitor.isCancelled = isCancelled
            return monitor
        }
        do {
            try await sealed.run(tree, to: output) { event in await tell(event, to: report, progress) }
        } catch {
            throw stop.error ?? error
        }
        progress.clear()
        let (done, unchanged, skipped) = (await report.doneCount, await report.unchangedCount, await report.skippedCount)
        if isVerification, done > 0, !session.output.wantsJSON, !stop.isSet {
            try session.output.write("\(visible(tree.string)): \(done) \(done == 1 ? "file is" : "files are") intact\(sampleNote)\n")
        }
        try await report.finish()
        let note = existing == .update ? ", \(unchanged) unchanged" : ""
        session.output.note("\(visible(tree.string)): \(CountText.of(done, "file")) \(participle)\(note), \(skipped) skipped")
        guard done + unchanged == 0 else { return }
        // A disk that is not mounted must not pass for one that is intact.
        guard !isVerification else { throw CommandError(.fileNotFound, "there is no sealed file in \(visible(tree.string))") }
        session.output.warn("there was nothing to do in \(visible(tree.string))")
    }

    private func tell(_ event: SealedTree.Event, to report: FileReport, _ progress: Progress) async {
        switch event {
        case .done(let path, let output, let summary):
            progress.end(visible(path.string))
            // Of thousands of files that are intact, their number is enough.
            await report.done(render(path.string, output, summary), isListed: !isVerification)
        case .failed(let path, let error):
            progress.end(visible(path.string))
            await report.failed(path.string, error)
        case .unchanged(let file):
            progress.drop(visible(file.path.string))
            await report.unchanged(file.path.string)
        case .skipped(let entry): await report.skipped(entry)
        }
    }

    // MARK: Both

    /// What became of the files.
    private var participle: String {
        switch work {
        case .seal: "sealed"
        case .open: "opened"
        case .verify: "verified"
        case .reencrypt: "encrypted anew"
        }
    }

    private var sampleNote: String {
        if case .verify(_, _?) = work { ", as far as they were looked at" } else { "" }
    }

    private var isVerification: Bool {
        switch work {
        case .verify: true
        case .seal, .open, .reencrypt: false
        }
    }

    private var isCancelled: @Sendable () -> Bool { { [stop] in stop.isSet || Task.isCancelled } }

    private func render(_ name: String, _ output: FilePath?, _ summary: SealedFileSummary) -> FileResult {
        switch work {
        case .verify(_, let sample): .verified(name, summary, isSample: sample != nil)
        case .seal, .open: FileResult(name, output: output?.string, summary)
        // Each file takes its own place.
        case .reencrypt: FileResult(name, output: name, summary)
        }
    }
}

extension SealedTree.Work {
    /// Works on a file by itself.
    fileprivate func run(_ plan: FilePlan, _ monitor: WorkMonitor) async throws(EnvelopeError) -> SealedFileSummary {
        switch self {
        case .seal(let writer): return try await writer.watched(by: monitor).seal(plan.input, to: plan.output)
        case .open(let opener): return try await opener.watched(by: monitor).open(plan.input, to: plan.output)
        case .verify(let opener, nil): return try await opener.watched(by: monitor).verify(plan.input)
        case .verify(let opener, let fraction?): return try await opener.watched(by: monitor).verify(plan.input, sample: fraction)
        case .reencrypt(let reencrypter):
            guard let path = plan.inputPath else { preconditionFailure("a file that is replaced has a name") }
            return try await reencrypter.watched(by: monitor).reencrypt(path)
        }
    }
}
