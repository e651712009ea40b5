import AgeFormat
import KeyStore

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
        try target.commit(byteCount: summary.plaintextByteCount, source.attributes)
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
        let payload = try await unlock(front, name: source.name)
        let key = payload.key
        let pipeline = PayloadPipeline(PayloadOpener(payload.takeCipher(), name: source.name), monitor)
        let plaintextByteCount = try Self.run(pipeline, front, reader, source.byteCount, to: target)
        return SealedFileSummary(headerByteCount: front.byteCount, plaintextByteCount: plaintextByteCount, openedBy: key)
    }

    private static func run(
        _ pipeline: borrowing PayloadPipeline<PayloadOpener>, _ front: ReceivedHeader, _ reader: InputReader, _ byteCount: UInt64?,
        to target: borrowing OpenOutput
    ) throws(EnvelopeError) -> UInt64 {
        guard let byteCount, byteCount >= front.byteCount else {
            return try pipeline.run(from: StreamSource(reader, beginning: front.beginning), to: target)
        }
        let chunks = FileSource(
            reader, start: UInt64(front.byteCount), byteCount: byteCount - UInt64(front.byteCount),
            chunkByteCount: PayloadOpener.inputByteCount)
        return try pipeline.run(from: chunks, to: target)
    }

    /// Finds an identity that opens the header, and verifies the header by what it gives.
    private func unlock(_ front: ReceivedHeader, name: String) async throws(EnvelopeError) -> UnlockedPayload {
        try PassphraseStanza.requireAlone(front.header.stanzas)
        var refusals: [Refusal] = []
        for identity in identities {
            switch try await Self.unwrap(front.header.stanzas, by: identity, name: name) {
            case .opened(let fileKey, let key): return try UnlockedPayload(front, fileKey, key: key, name: name)
            case .refused(let more): refusals += more
            }
        }
        throw Self.noKeyOpens(front.header, refusals, name: name)
    }

    private static func unwrap(_ stanzas: [Stanza], by identity: any Identity, name: String) async throws(EnvelopeError) -> Unwrapping {
        do {
            return try await identity.unwrap(stanzas)
        } catch {
            throw EnvelopeError(error.code, "\(name): \(error)", refusals: error.refusals, keyStoreError: error.keyStoreError)
        }
    }

    private static func noKeyOpens(_ header: AgeHeader, _ refusals: [Refusal], name: String) -> EnvelopeError {
        guard !refusals.isEmpty else {
            let types = Set(header.stanzas.map(\.type)).sorted().prefix(5).joined(separator: ", ")
            return EnvelopeError(.noKeyOpens, "\(name): none of the given keys is a recipient of it (its recipients are: \(types))")
        }
        let reasons = refusals.map(\.description).joined(separator: "; ")
        let isAboutContext = refusals.allSatisfy { $0.reason == .encryptionContextMismatch }
        return EnvelopeError(
            isAboutContext ? .encryptionContextMismatch : .noKeyOpens, "\(name): no key opens it: \(reasons)", refusals: refusals)
    }
}

/// A header that was found authentic, and the cipher for what follows it.
private struct UnlockedPayload: ~Copyable, Sendable {
    /// The key that opened it, as a person names it.
    let key: String
    private let cipher: PayloadCipher

    /// - Throws: `damagedHeader` unless the header is exactly what the file key's holder wrote.
    init(_ front: ReceivedHeader, _ fileKey: borrowing FileKey, key: String, name: String) throws(EnvelopeError) {
        do throws(KeyStoreError) {
            let isValid = try unsafe fileKey.isValidHeaderMAC(front.header.mac.span.bytes, over: front.header.authenticatedBytes.span.bytes)
            guard isValid else {
                throw KeyStoreError(.invalidMAC)
            }
            cipher = try unsafe fileKey.payloadCipher(nonce: front.nonce.span.bytes)
            self.key = key
        } catch {
            guard error.code == .invalidMAC else { throw EnvelopeError(error, while: "\(name): deriving keys from the file key") }
            throw EnvelopeError(.damagedHeader, "\(name): its header was changed after it was sealed: the MAC is not the right one")
        }
    }

    consuming func takeCipher() -> PayloadCipher { cipher }
}
