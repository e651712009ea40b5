/// Where the bytes of a payload are: 16 bytes of nonce, and the chunks.
enum PayloadPlace: Sendable, Hashable {
    /// In the row of the object: nonce and chunk.
    case inline([UInt8])
    /// In a file.
    /// - Parameters:
    ///   - headerByteCount: In front of the nonce.
    ///   - byteCount: Of the whole file.
    ///   - nonce: Of the payload. Parts of one object have one key, and only this tells them apart.
    case blob(BlobName, headerByteCount: Int, byteCount: UInt64, nonce: [UInt8])
}

/// A payload that was written.
struct StoredPayload: Sendable {
    /// Of the plaintext.
    let byteCount: UInt64
    /// Of the plaintext, in the order of `ChecksumAlgorithm.allCases`.
    let checksums: [Checksum]
    let place: PayloadPlace
}

/// A payload that is one of several of an object, or its only one.
struct PayloadSegment: Sendable {
    let place: PayloadPlace
    /// Of the plaintext.
    let byteCount: UInt64
}
