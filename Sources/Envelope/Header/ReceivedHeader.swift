import AgeFormat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
    init(from input: borrowing OpenInput, _ monitor: WorkMonitor) throws(EnvelopeError) {
        var bytes: [UInt8] = []
        var parser = AgeHeaderParser()
        var found: AgeHeader?
        repeat {
            try monitor.check()
            let isMore = try Self.readBlock(from: input, to: &bytes, monitor)
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
    private static func readBlock(
        from input: borrowing OpenInput, to bytes: inout [UInt8], _ monitor: WorkMonitor
    ) throws(EnvelopeError) -> Bool {
        var block = [UInt8](repeating: 0, count: blockByteCount)
        let count: Result<Int, EnvelopeError> = unsafe block.withUnsafeMutableBytes { buffer in
            var entry = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
            return unsafe withUnsafePointer(to: &entry) { pointer in
                do throws(EnvelopeError) {
                    return .success(try unsafe input.read(into: UnsafeBufferPointer(start: pointer, count: 1), monitor))
                } catch {
                    return .failure(error)
                }
            }
        }
        bytes += block.prefix(try count.get())
        return try count.get() > 0
    }
}
