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

    /// - Parameter recipients: one or more; each of them alone can open the files. The first one makes the file keys.
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
    /// The output gets the access bits of an input that is a regular file.
    /// - Throws: see `EnvelopeError.Code`; an output file is then as it was before.
    @discardableResult
    public func seal(_ input: FileInput, to output: FileOutput) async throws(EnvelopeError) -> SealedFileSummary {
        let source = try OpenInput(input, calls: calls)
        var target = try OpenOutput.open(output, otherThan: source.status, calls: calls)
        let header = try await makeHeader()
        let front = header.bytes
        try target.write(front, monitor)
        var pipeline = PayloadPipeline(PayloadSealer(header.takeCipher()), monitor)
        let sealedByteCount = try pipeline.run(from: source, to: target)
        try target.commit(permissions: source.permissions)
        return SealedFileSummary(headerByteCount: front.count, sealedByteCount: sealedByteCount)
    }

    /// A new file key, the header for all recipients and the payload's nonce.
    private func makeHeader() async throws(EnvelopeError) -> NewHeader {
        guard let first = recipients.first else {
            throw EnvelopeError(.invalidRecipients, "there is nobody to seal for: name at least one recipient")
        }
        let new = try await first.makeFileKey()
        var stanzas = [new.stanza]
        for recipient in recipients.dropFirst() {
            stanzas.append(try await recipient.stanza(wrapping: new.generated.fileKey))
        }
        guard stanzas.count(where: { $0.type == KMSKeyStanza.type }) <= KMSKeyStanza.maximumCountPerFile else {
            throw EnvelopeError(.invalidRecipients, "a file can be sealed for \(KMSKeyStanza.maximumCountPerFile) KMS keys at most")
        }
        return try NewHeader(stanzas: stanzas, fileKey: new.generated.fileKey)
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
