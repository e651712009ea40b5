import AgeFormat

/// The front of a sealed file, as it was read.
struct ReceivedHeader {
    /// Bytes that are asked for at once. The header of a file with a few recipients is in the first of them.
    private static let blockByteCount = 4096

    let header: AgeHeader
    let nonce: [UInt8]
    /// What was read beyond them: the first bytes of the first chunk.
    let beginning: ArraySlice<UInt8>

    /// Bytes in front of the first chunk.
    var byteCount: Int { header.byteCount + nonce.count }

    /// Reads header and nonce, and hardly more.
    /// - Throws: `notASealedFile`, `unsupportedFormat`, `damagedHeader`, `truncated`.
    init(from input: InputReader, _ monitor: WorkMonitor) throws(EnvelopeError) {
        var bytes: [UInt8] = []
        var parser = AgeHeaderParser()
        var found: AgeHeader?
        repeat {
            try monitor.check()
            let isMore = try Self.readBlock(from: input, to: &bytes)
            do throws(AgeFormatError) {
                found = try unsafe parser.parse(bytes.span.bytes)
                if found == nil && !isMore { throw parser.endOfInput() }
            } catch {
                throw EnvelopeError(error, file: input.name)
            }
            if let found, !isMore, bytes.count < found.byteCount + PayloadLayout.nonceByteCount {
                throw EnvelopeError(.truncated, "\(input.name): is cut off: it ends before its payload")
            }
            if let found, bytes.count >= found.byteCount + PayloadLayout.nonceByteCount {
                let end = found.byteCount + PayloadLayout.nonceByteCount
                header = found
                nonce = Array(bytes[found.byteCount..<end])
                beginning = bytes[end...]
                return
            }
        } while true
    }

    /// Appends what one read gives; false at the end of the input.
    private static func readBlock(from input: InputReader, to bytes: inout [UInt8]) throws(EnvelopeError) -> Bool {
        var block = [UInt8](repeating: 0, count: blockByteCount)
        let count = try unsafe block.read { buffers throws(EnvelopeError) in try unsafe input.read(into: buffers) }
        bytes += block.prefix(count)
        return count > 0
    }
}
