import Envelope
import SystemPackage

/// Tells what becomes of the files of one run: results as they come, failures at the end.
actor FileReport {
    /// Failures that are listed one by one; of more, the number is told.
    private static let maximumListedCount = 1000

    private let session: Session
    private let stop: RunStop
    private let store: LazyStore?
    private let isVerification: Bool
    private let noun: String
    private let countsUnchanged: Bool
    private(set) var doneCount = 0
    private(set) var skippedCount = 0
    /// Files that need not be dealt with.
    private(set) var unchangedCount = 0
    private var failedCount = 0
    private var failures: [Failure] = []
    private var worst: Failure?

    /// - Parameters:
    ///   - store: what may turn out not to open; nil where it is open.
    ///   - noun: what the run is about, in the plural.
    ///   - countsUnchanged: whether files may be passed over because they did not change.
    init(
        _ session: Session, _ store: LazyStore?, _ stop: RunStop, isVerification: Bool, noun: String = "files",
        countsUnchanged: Bool = false
    ) {
        self.countsUnchanged = countsUnchanged
        self.isVerification = isVerification
        self.noun = noun
        self.session = session
        self.store = store
        self.stop = stop
    }

    /// - Parameter isListed: whether people see a line of its own for it; programs always do.
    func done(_ result: some CommandResult, isListed: Bool = true) {
        doneCount += 1
        if isListed || session.output.wantsJSON { write(result) }
    }

    func failed(_ name: String, _ error: any Error) async {
        // What keeps one file from being opened keeps all others: it is told once.
        if let failure = await store?.failure { return stop.stop(failure) }
        fail(name, Failure(error))
    }

    func skipped(_ entry: SkippedEntry) {
        guard !entry.reason.isFailure else {
            return fail(entry.path.string, Failure(status: .environment, code: "SkippedEntry", message: entry.description))
        }
        skippedCount += 1
        tellSkipped(entry.path.string, because: "\(entry.reason)")
    }

    /// Of thousands of files that did not change, their number is enough for people.
    func unchanged(_ name: String) {
        unchangedCount += 1
        guard session.output.wantsJSON else { return }
        write(FileResult.skipped(name, because: "did not change since it was sealed", isVerification: isVerification))
    }

    /// Something that is not dealt with, which is no failure.
    func skipped(_ name: String, because reason: String) {
        skippedCount += 1
        tellSkipped(name, because: reason)
    }

    private func tellSkipped(_ name: String, because reason: String) {
        session.output.note("skipped: \(visible("\(name): \(reason)"))")
        if session.output.wantsJSON { write(FileResult.skipped(name, because: reason, isVerification: isVerification)) }
    }

    private func fail(_ name: String, _ failure: Failure) {
        failedCount += 1
        if failures.count < Self.maximumListedCount { failures.append(failure) }
        if worst.map({ $0.status.severity < failure.status.severity }) ?? true { worst = failure }
        if session.output.wantsJSON { write(FileResult.failed(name, failure, isVerification: isVerification)) }
    }

    private func write(_ result: some CommandResult) {
        do {
            try session.output.writeLine(result)
        } catch {
            stop.stop(error)
        }
    }

    /// The end of the run.
    /// - Throws: why the run was ended early, or as the worst of the failures.
    func finish() throws {
        try finish(
            RunSummary(
                doneCount: doneCount, unchangedCount: countsUnchanged ? unchangedCount : nil, skippedCount: skippedCount,
                failedCount: failedCount))
    }

    /// - Parameter summary: the last line of the results as JSON.
    func finish(_ summary: some CommandResult) throws {
        if let error = stop.error { throw error }
        if session.output.wantsJSON {
            write(summary)
            if let error = stop.error { throw error }
        }
        guard let worst else { return }
        if failedCount == 1, doneCount + unchangedCount + skippedCount == 0, !session.output.wantsJSON { throw NamedFailure(worst) }
        if !session.output.wantsJSON {
            for failure in failures { session.output.fail(failure.withoutHint) }
            if failedCount > failures.count { session.output.note("… and \(failedCount - failures.count) more") }
        }
        throw FilesFailed(failedCount: failedCount, count: doneCount + unchangedCount + failedCount, worst: worst, noun: noun)
    }
}

/// Some files of a run failed. Each of them was told before.
struct FilesFailed: Error {
    let failedCount: Int
    let count: Int
    let worst: Failure
    let noun: String

    var message: String { "\(failedCount) of \(count) \(noun) failed" }
}

/// The last line of a run in JSON.
private struct RunSummary: CommandResult {
    let doneCount: Int
    let unchangedCount: Int?
    let skippedCount: Int
    let failedCount: Int
    var text: String { "" }
}

extension ExitStatus {
    /// Which of several failures gives the exit status: damage before what can be set right.
    var severity: Int {
        let ascending: [ExitStatus] = [
            .success, .negative, .usage, .notFound, .denied, .environment, .damaged, .brokenPipe, .interrupted, .bug,
        ]
        return ascending.firstIndex(of: self) ?? ascending.count
    }
}
