public import AgeFormat

/// What a sealed file tells about itself to everybody, without any key. Nothing of it is authenticated.
public struct SealedFileInspection: Sendable, Equatable {
    public enum RecipientFacts: Sendable, Equatable {
        case kmsKey(KMSKeyStanza)
        /// A `coffer-kms` stanza that cannot be read, and why.
        case malformed(type: String, reason: String)
        /// No recipient: room for some, of so many bytes of the header.
        case padding(byteCount: Int)
        /// A recipient of another kind.
        case other(Stanza)
    }

    public let recipients: [RecipientFacts]
    /// Whether the file is in age's text form; all sizes are those of its binary form.
    public let isArmored: Bool
    /// Bytes of the header, in front of the payload.
    public let headerByteCount: Int
    /// Bytes of the payload's nonce and chunks.
    public let payloadByteCount: UInt64
    /// Bytes of the plaintext, computed from the size of the payload; nil when no payload has that size.
    public let plaintextByteCount: UInt64?

    public var fileByteCount: UInt64 { UInt64(headerByteCount) + payloadByteCount }
    /// Bytes of the file that are not plaintext.
    public var overheadByteCount: UInt64? { plaintextByteCount.map { fileByteCount - $0 } }
    /// Whether the file has a size that a whole file can have. A file cut between two chunks still has one: only `verify` is proof.
    public var isSizeConsistent: Bool { plaintextByteCount != nil }

    /// Reads the header, and the size: of a pipe, by reading to its end.
    /// - Throws: `inputNotFound`, `notASealedFile` and the like.
    public init(_ input: FileInput, monitor: WorkMonitor = WorkMonitor()) throws(EnvelopeError) {
        let source = try OpenInput(input, calls: SystemFileCalls())
        let front = try ReceivedHeader(from: source.reader(monitor), monitor)
        let sealedByteCount = try Self.sealedByteCount(source, front, monitor)
        isArmored = front.isArmored
        recipients = front.header.stanzas.map(Self.facts)
        headerByteCount = front.header.byteCount
        payloadByteCount = UInt64(PayloadLayout.nonceByteCount) + sealedByteCount
        plaintextByteCount = PayloadLayout.plaintextByteCount(sealed: sealedByteCount)
    }

    private static func sealedByteCount(
        _ source: borrowing OpenInput, _ front: ReceivedHeader, _ monitor: WorkMonitor
    ) throws(EnvelopeError) -> UInt64 {
        // A file that is being written may be shorter by now than what was read of it.
        if !front.isArmored, let total = source.byteCount, total >= UInt64(front.byteCount) { return total - UInt64(front.byteCount) }
        let stream = StreamSource(front.rest, beginning: front.beginning)
        return try PayloadPipeline(ByteCounter(), monitor).run(from: stream, to: OpenOutput(discardingWith: SystemFileCalls()))
    }

    private static func facts(_ stanza: Stanza) -> RecipientFacts {
        if stanza.type == HeaderPadding.type { return .padding(byteCount: HeaderPadding.byteCount(of: stanza)) }
        guard stanza.type == KMSKeyStanza.type else { return .other(stanza) }
        do {
            return .kmsKey(try KMSKeyStanza(stanza))
        } catch {
            return .malformed(type: stanza.type, reason: error.message)
        }
    }
}
