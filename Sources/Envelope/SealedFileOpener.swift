/// Opens and verifies sealed files.
///
///     let opener = SealedFileOpener(identities: [KMSKeyIdentity(service: keys, encryptionContext: .asRecorded)])
///     try await opener.open(.file("photos.tar.age"), to: .file("photos.tar", overwrite: false))
///
/// Memory is bounded whatever the size of the file. Reading, opening and writing block the thread that runs the calling task.
public struct SealedFileOpener: Sendable {
    private let identities: [any Identity]
    private let monitor: WorkMonitor
    private let calls: any FileCalls

    /// - Parameter identities: tried in this order on each file.
    public init(identities: [any Identity], monitor: WorkMonitor = WorkMonitor()) {
        self.init(identities: identities, monitor: monitor, calls: SystemFileCalls())
    }

    package init(identities: [any Identity], monitor: WorkMonitor = WorkMonitor(), calls: any FileCalls) {
        self.identities = identities
        self.monitor = monitor
        self.calls = calls
    }

    /// Opens one sealed input into one output.
    ///
    /// An output file appears only when the whole input was authentic. A descriptor gets authentic bytes only, but is given them
    /// before the end of the input is seen.
    /// - Throws: see `EnvelopeError.Code`; an output file is then as it was before.
    @discardableResult
    public func open(_ input: FileInput, to output: FileOutput) async throws(EnvelopeError) -> SealedFileSummary {
        let source = try OpenInput(input, calls: calls)
        var target = try OpenOutput.open(output, otherThan: source.status, calls: calls)
        target.isSparse = true
        let summary = try await open(source, to: target)
        try target.commit(byteCount: summary.plaintextByteCount, source.attributes, monitor)
        return summary
    }

    /// Does all that opening does, and keeps nothing: the file is whole, and the given identities open it.
    @discardableResult
    public func verify(_ input: FileInput) async throws(EnvelopeError) -> SealedFileSummary {
        try await open(OpenInput(input, calls: calls), to: OpenOutput(discardingWith: calls))
    }

    private func open(_ source: borrowing OpenInput, to target: borrowing OpenOutput) async throws(EnvelopeError) -> SealedFileSummary {
        let reader = source.reader(monitor)
        let front = try ReceivedHeader(from: reader, monitor)
        let unlocked = try await front.header.unlock(by: identities, name: source.name)
        let cipher = try unlocked.payloadCipher(nonce: front.nonce, name: source.name)
        let pipeline = PayloadPipeline(PayloadOpener(cipher, name: source.name), monitor)
        let plaintextByteCount = try pipeline.run(front, reader, source.byteCount, to: target)
        return SealedFileSummary(headerByteCount: front.byteCount, plaintextByteCount: plaintextByteCount, openedBy: unlocked.openedBy)
    }
}
