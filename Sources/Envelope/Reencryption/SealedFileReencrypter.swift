import AgeFormat
import KeyStore
public import SystemPackage

/// Gives sealed files new file keys: all data is encrypted again, and the new file takes the place of the old.
///
/// That is what ends the access of somebody who kept an old header and an old key; replacing the header alone does not. (Who kept
/// the old file has it still.) Each chunk is opened and sealed again in memory; plaintext is not written anywhere.
public struct SealedFileReencrypter: Sendable {
    private let identities: [any Identity]
    private let recipients: NewRecipients
    private var monitor: WorkMonitor
    private let calls: any FileCalls

    /// - Parameters:
    ///   - identities: tried in this order on each file.
    ///   - recipients: who can open the files afterwards.
    public init(identities: [any Identity], recipients: NewRecipients, monitor: WorkMonitor = WorkMonitor()) {
        self.init(identities: identities, recipients: recipients, monitor: monitor, calls: SystemFileCalls())
    }

    package init(
        identities: [any Identity], recipients: NewRecipients, monitor: WorkMonitor = WorkMonitor(), calls: any FileCalls
    ) {
        self.identities = identities
        self.recipients = recipients
        self.monitor = monitor
        self.calls = calls
    }

    /// The same, watched by another monitor.
    public func watched(by monitor: WorkMonitor) -> SealedFileReencrypter {
        var copy = self
        copy.monitor = monitor
        return copy
    }

    /// Encrypts one file again. Its form (binary or text), owner, access bits and time of modification stay.
    ///
    /// - Throws: see `EnvelopeError.Code`; the file is then as it was before, or as somebody else made it meanwhile (`inputChanged`). `inUse` when
    ///   another process is rewrapping it or encrypting it again. `outputNotDurable` when it is the new one already.
    @discardableResult
    public func reencrypt(_ path: FilePath) async throws(EnvelopeError) -> SealedFileSummary {
        try await reencrypt(LocatedFile.named(path, calls: calls))
    }

    /// As `reencrypt(_:)`, of a file that was found in a tree.
    @discardableResult
    public func reencrypt(_ file: LocatedFile) async throws(EnvelopeError) -> SealedFileSummary {
        // Until the new file is in its place: the lock goes with it.
        let held = try HeldFile.open(file, forWriting: true)
        defer { withExtendedLifetime(held) {} }
        let source = try OpenInput(.descriptor(held.descriptor, name: file.path.string), calls: calls)
        let byteCount = held.status.byteCount
        let reader = source.reader(monitor)
        let front = try ReceivedHeader(from: reader, monitor)
        let unlocked = try await front.header.unlock(by: identities, name: source.name)
        let cipher = try unlocked.payloadCipher(nonce: front.nonce, name: source.name)
        let header = try await NewHeader.make(
            for: recipients.recipients(of: front.header, name: source.name), padding: .forFile(plaintextByteCount: byteCount))
        let bytes = header.bytes
        var target = try OpenOutput.replacing(file)
        if front.isArmored { target.armor = ArmorWriter() }
        try target.write(bytes, monitor)
        let coder = PayloadReencrypter(from: PayloadOpener(cipher, name: source.name), to: PayloadSealer(header.takeCipher()))
        let pipeline = PayloadPipeline(coder, monitor)
        let sealedByteCount = try pipeline.run(front, reader, byteCount, to: target, at: UInt64(bytes.count))
        // It takes a while: a newer file that came into its place meanwhile stays.
        try held.requireUnchanged()
        // The time of modification is now, as with other headers: backups have to notice.
        var attributes = FileAttributes(replacing: held.status)
        attributes.modificationTime = nil
        try target.commit(byteCount: UInt64(bytes.count) + sealedByteCount, attributes, monitor)
        return SealedFileSummary(headerByteCount: bytes.count, sealedByteCount: sealedByteCount)
    }
}
