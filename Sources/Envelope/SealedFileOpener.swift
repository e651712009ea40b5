import KeyStore
public import OpenSSL

/// Opens and verifies sealed files.
///
///     let opener = SealedFileOpener(identities: [KMSKeyIdentity(service: keys, encryptionContext: .asRecorded)])
///     try await opener.open(.file("photos.tar.age"), to: .file("photos.tar", overwrite: false))
///
/// Memory is bounded whatever the size of the file. Reading, opening and writing block the thread that runs the calling task.
public struct SealedFileOpener: Sendable {
    private let identities: [any Identity]
    private var monitor: WorkMonitor
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

    /// The same, watched by another monitor.
    public func watched(by monitor: WorkMonitor) -> SealedFileOpener {
        var copy = self
        copy.monitor = monitor
        return copy
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

    /// Opens some of the chunks only, as `SealedFileReader.verifySample(_:)` does. What cannot be read from the middle, a pipe or a file in text
    /// form, is verified whole.
    /// - Parameter fraction: of the chunks, more than 0, at most 1.
    public func verify(_ input: FileInput, sample fraction: Double) async throws(EnvelopeError) -> SealedFileSummary {
        let source = try OpenInput(input, calls: calls)
        guard source.byteCount != nil else { return try await open(source, to: OpenOutput(discardingWith: calls)) }
        do {
            let reader = try await SealedFileReader(source, identities, monitor, calls)
            let (checked, total) = try reader.verifySample(fraction)
            return SealedFileSummary(
                headerByteCount: reader.headerByteCount, plaintextByteCount: try reader.plaintextByteCount(), openedBy: reader.openedBy,
                checkedChunkCount: checked == total ? nil : checked)
        } catch {
            guard error.code == .notSeekable else { throw error }
        }
        return try await verify(input)
    }

    /// Opens a small input into locked memory: an identity file that is sealed itself.
    /// - Parameter limit: of the plaintext, in bytes.
    /// - Throws: as `open(_:to:)` does, and `malformedKey` when there are more bytes.
    public func openSecret(_ input: FileInput, atMost limit: Int) async throws(EnvelopeError) -> SecretBytes {
        let source = try OpenInput(input, calls: calls)
        let front = try ReceivedHeader(from: source.reader(monitor), monitor)
        let unlocked = try await front.header.unlock(by: identities, name: source.name)
        let cipher = try unlocked.payloadCipher(nonce: front.nonce, name: source.name)
        let pipeline = PayloadPipeline(PayloadOpener(cipher, name: source.name), monitor)
        let chunks = StreamSource(front.rest, beginning: front.beginning)
        var outcome: Result<Int, EnvelopeError> = .success(0)
        // One byte more than there may be, to see that there are more.
        let secret = try unsafe Self.secret(ofAtMost: limit + 1, while: "opening \(source.name)") { buffer in
            do throws(EnvelopeError) {
                outcome = .success(try unsafe pipeline.read(0..<UInt64(limit) + 1, from: chunks, into: buffer, isSecret: true))
            } catch {
                outcome = .failure(error)
            }
        }
        let count = try outcome.get()
        guard count <= limit else { throw EnvelopeError(.malformedKey, "\(source.name): holds more than \(limit) bytes") }
        do {
            return try secret.copy(0..<count)
        } catch {
            throw EnvelopeError(error, while: "opening \(source.name)")
        }
    }

    private static func secret(
        ofAtMost count: Int, while what: String, _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(EnvelopeError) -> SecretBytes {
        do {
            return try unsafe SecretBytes(count: count) { buffer throws(OpenSSLError) in unsafe fill(buffer) }
        } catch {
            throw EnvelopeError(error, while: what)
        }
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
