import AgeFormat

extension PayloadPipeline where Coder: ~Copyable {
    /// Moves the payload of a sealed file whose header was read: by position where the file allows it, else as a stream.
    ///
    /// - Parameters:
    ///   - byteCount: of the whole file; nil where it is not known.
    ///   - start: where in an output file the first byte goes.
    func run(
        _ front: ReceivedHeader, _ reader: InputReader, _ byteCount: UInt64?, to target: borrowing OpenOutput, at start: UInt64 = 0
    ) throws(EnvelopeError) -> UInt64 {
        guard !front.isArmored, let byteCount, byteCount >= front.byteCount else {
            return try run(from: StreamSource(front.rest, beginning: front.beginning), to: target, at: start)
        }
        let chunks = FileSource(
            reader, start: UInt64(front.byteCount), byteCount: byteCount - UInt64(front.byteCount),
            chunkByteCount: PayloadLayout.sealedChunkByteCount)
        return try run(from: chunks, to: target, at: start)
    }
}
