import Envelope
import ObjectStore

/// One run over many objects: what becomes of each is told as it is known, and what keeps all from succeeding ends it.
struct TransferRun: Sendable {
    let objects: LocalObjectService
    let session: Session
    let report: FileReport
    let progress: Progress
    private let stop = RunStop()

    /// - Parameters:
    ///   - verb: `storing`
    ///   - noun: what is worked on, in the plural.
    init(_ verb: String, noun: String, _ work: Workload, _ objects: LocalObjectService, _ options: OutputOptions, in session: Session) {
        self.objects = objects
        self.session = session
        report = FileReport(session, nil, stop, isVerification: false, noun: noun)
        progress = Progress(verb, work, options: options, in: session.context)
        session.context.interruption.allowGrace()
        // Tasks that wait for the disk do not look whether they are cancelled.
        _ = session.context.interruption.register { [stop] in stop.stop(CommandError.interrupted) }
    }

    var isStopped: Bool { stop.isSet || Task.isCancelled }

    /// Takes in one object, until it is done or has failed.
    func begin(_ name: String, byteCount: UInt64?) -> WorkMonitor {
        var monitor = progress.join(visible(name), byteCount: byteCount)
        monitor.isCancelled = { [stop] in stop.isSet || Task.isCancelled }
        return monitor
    }

    func done(_ name: String, _ result: some CommandResult & Sendable) async {
        progress.end(visible(name))
        await report.done(result)
    }

    func failed(_ name: String, _ error: any Error) async {
        progress.end(visible(name))
        if let error = error as? ObjectStoreError {
            guard error.code != .cancelled else { return stop.stop(CommandError.interrupted) }
            if error.code.endsRun { return stop.stop(error) }
        }
        await report.failed(name, NamedFailure(name, error))
    }

    /// - Throws: why the run ended early, or as the worst of the failures.
    func finish() async throws {
        progress.clear()
        try await report.finish()
    }

    /// The end of a run that may have ended by an error.
    func reason(_ error: any Error) -> any Error { stop.error ?? error }
}

extension ObjectStoreErrorCode {
    /// Whether what it says of one object is true of all others.
    fileprivate var endsRun: Bool {
        switch self {
        case .auditUnavailable, .kmsDisabled, .kmsInvalidState, .kmsNotFound, .newerFormat, .noSpace, .noSuchBucket, .olderFormat,
            .serviceUnavailable, .storeReadOnly, .storeSealed:
            true
        default: false
        }
    }
}
