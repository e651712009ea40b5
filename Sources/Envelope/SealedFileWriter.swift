import AgeFormat
import KeyStore
import OpenSSL

/// Seals files for recipients, as age v1 files.
///
///     let writer = SealedFileWriter(recipients: [KMSKeyRecipient(keyID: "alias/backups", service: keys)])
///     try await writer.seal(.file("photos.tar"), to: .file("photos.tar.age", overwrite: false))
///
/// Memory is bounded whatever the size of the file. Reading, sealing and writing block the thread that runs the calling task.
public struct SealedFileWriter: Sendable {
    private let recipients: [any Recipient]
    private let monitor: WorkMonitor
    private let calls: any FileCalls

    /// - Parameter recipients: one or more; each of them alone can open the files. The first key service among them makes the file keys.
    public init(recipients: [any Recipient], monitor: WorkMonitor = WorkMonitor()) {
        self.init(recipients: recipients, monitor: monitor, calls: SystemFileCalls())
    }

    package init(recipients: [any Recipient], monitor: WorkMonitor = WorkMonitor(), calls: any FileCalls) {
        self.recipients = recipients
        self.monitor = monitor
        self.calls = calls
    }

    /// Seals one input into one output.
    ///
    /// The output gets the access bits and the time of modification of an input that is a regular file.
    /// - Throws: see `EnvelopeError.Code`; an output file is then as it was before.
    @discardableResult
    public func seal(_ input: FileInput, to output: FileOutput) async throws(EnvelopeError) -> SealedFileSummary {
        let source = try OpenInput(input, calls: calls)
        var target = try OpenOutput.open(output, otherThan: source.status, calls: calls)
        let header = try await makeHeader()
        let front = header.bytes
        try target.write(front, monitor)
        let pipeline = PayloadPipeline(PayloadSealer(header.takeCipher()), monitor)
        let sealedByteCount = try Self.run(pipeline, from: source, monitor, to: target, at: UInt64(front.count))
        try target.commit(byteCount: UInt64(front.count) + sealedByteCount, source.attributes)
        return SealedFileSummary(headerByteCount: front.count, sealedByteCount: sealedByteCount)
    }

    private static func run(
        _ pipeline: borrowing PayloadPipeline<PayloadSealer>, from source: borrowing OpenInput, _ monitor: WorkMonitor,
        to target: borrowing OpenOutput, at start: UInt64
    ) throws(EnvelopeError) -> UInt64 {
        let reader = source.reader(monitor)
        guard let byteCount = source.byteCount else {
            return try pipeline.run(from: StreamSource(reader), to: target, at: start)
        }
        let chunks = FileSource(reader, start: 0, byteCount: byteCount, chunkByteCount: PayloadSealer.inputByteCount)
        return try pipeline.run(from: chunks, to: target, at: start)
    }

    /// A new file key, the header for all recipients and the payload's nonce.
    private func makeHeader() async throws(EnvelopeError) -> NewHeader {
        guard !recipients.isEmpty else {
            throw EnvelopeError(.invalidRecipients, "there is nobody to seal for: name at least one recipient")
        }
        for (index, recipient) in recipients.enumerated() {
            guard let new = try await recipient.makeFileKey() else { continue }
            return try await makeHeader(for: new.generated.fileKey, madeBy: index, new.stanza)
        }
        return try await makeHeader(for: .generate(while: "making a file key"), madeBy: nil, nil)
    }

    /// - Parameters:
    ///   - maker: which recipient made the file key, if one did, so that it has its stanza already.
    private func makeHeader(for fileKey: borrowing FileKey, madeBy maker: Int?, _ stanza: Stanza?) async throws(EnvelopeError) -> NewHeader
    {
        var wrapped: [RecipientStanzas] = []
        for (index, recipient) in recipients.enumerated() {
            if let stanza, index == maker {
                wrapped.append(RecipientStanzas(stanza))
            } else {
                wrapped.append(try await recipient.wrap(fileKey))
            }
        }
        return try NewHeader(stanzas: Self.combined(wrapped), fileKey: fileKey)
    }

    /// The stanzas of all recipients, if they can be mixed.
    private static func combined(_ wrapped: [RecipientStanzas]) throws(EnvelopeError) -> [Stanza] {
        let stanzas = wrapped.flatMap(\.stanzas)
        guard stanzas.count == 1 || !stanzas.contains(where: { $0.type == PassphraseStanza.type }) else {
            throw EnvelopeError(.invalidRecipients, "a file is sealed under a passphrase alone, or for other recipients, not for both")
        }
        guard wrapped.allSatisfy({ $0.labels == wrapped[0].labels }) else {
            let labels = wrapped.reduce(into: Set<String>()) { $0.formUnion($1.labels) }.sorted().joined(separator: ", ")
            throw EnvelopeError(.invalidRecipients, "these recipients cannot be mixed: only some of them are \"\(labels)\"")
        }
        guard stanzas.count(where: { $0.type == KMSKeyStanza.type }) <= KMSKeyStanza.maximumCountPerFile else {
            throw EnvelopeError(.invalidRecipients, "a file can be sealed for \(KMSKeyStanza.maximumCountPerFile) KMS keys at most")
        }
        return stanzas
    }
}

extension FileKey {
    fileprivate static func generate(while what: String) throws(EnvelopeError) -> FileKey {
        do {
            return try FileKey.generate()
        } catch {
            throw EnvelopeError(error, while: what)
        }
    }
}

/// All that stands in front of the chunks of a new file, and the cipher for them.
private struct NewHeader: ~Copyable, Sendable {
    let bytes: [UInt8]
    private let cipher: PayloadCipher

    init(stanzas: [Stanza], fileKey: borrowing FileKey) throws(EnvelopeError) {
        let authenticated = try Self.bytesToAuthenticate(stanzas)
        let nonce = try Self.makeNonce()
        do throws(KeyStoreError) {
            let mac = try unsafe fileKey.headerMAC(over: authenticated.span.bytes)
            let cipher = try unsafe fileKey.payloadCipher(nonce: nonce.span.bytes)
            self.bytes = AgeHeader.encoded(authenticated: authenticated, mac: mac) + nonce
            self.cipher = cipher
        } catch {
            throw EnvelopeError(error, while: "deriving keys from the file key")
        }
    }

    private static func bytesToAuthenticate(_ stanzas: [Stanza]) throws(EnvelopeError) -> [UInt8] {
        do {
            return try AgeHeader.bytesToAuthenticate(stanzas)
        } catch {
            throw EnvelopeError(.invalidRecipients, "the header cannot be written: \(error)")
        }
    }

    private static func makeNonce() throws(EnvelopeError) -> [UInt8] {
        do {
            return try Random.bytes(PayloadLayout.nonceByteCount)
        } catch {
            throw EnvelopeError(error, while: "making a nonce")
        }
    }

    consuming func takeCipher() -> PayloadCipher { cipher }
}
