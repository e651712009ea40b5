import AgeFormat

/// What sealing or opening a file came to.
public struct SealedFileSummary: Sendable, Equatable {
    /// Bytes in front of the chunks: the header and the payload's nonce.
    public let headerByteCount: Int
    public let plaintextByteCount: UInt64
    /// Bytes of the chunks.
    public let sealedByteCount: UInt64
    /// The key that opened the file, as a person names it; nil after sealing.
    public let openedBy: String?
    /// How many chunks were looked at; nil when all were.
    public let checkedChunkCount: UInt64?

    public var chunkCount: UInt64 { PayloadLayout.chunkCount(sealed: sealedByteCount) }

    /// Bytes of the whole sealed file.
    public var fileByteCount: UInt64 { UInt64(headerByteCount) + sealedByteCount }

    init(headerByteCount: Int, sealedByteCount: UInt64) {
        self.headerByteCount = headerByteCount
        self.sealedByteCount = sealedByteCount
        self.plaintextByteCount = sealedByteCount - PayloadLayout.chunkCount(sealed: sealedByteCount) * UInt64(PayloadLayout.tagByteCount)
        self.openedBy = nil
        self.checkedChunkCount = nil
    }

    init(headerByteCount: Int, plaintextByteCount: UInt64, openedBy: String, checkedChunkCount: UInt64? = nil) {
        self.headerByteCount = headerByteCount
        self.plaintextByteCount = plaintextByteCount
        self.sealedByteCount =
            plaintextByteCount + PayloadLayout.chunkCount(plaintext: plaintextByteCount) * UInt64(PayloadLayout.tagByteCount)
        self.openedBy = openedBy
        self.checkedChunkCount = checkedChunkCount
    }
}
