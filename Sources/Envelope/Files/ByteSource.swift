#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of an age file, one after the other, in whatever form they lie on the disk.
protocol ByteSource: Sendable {
    /// How a person named it.
    var name: String { get }
    /// Fills the buffers in turn with what there is; 0 at the end. Called by one thread at a time.
    func read(into buffers: UnsafeBufferPointer<iovec>) throws(EnvelopeError) -> Int
}

extension ByteSource {
    /// Reads what one call gives, at most so many bytes; none at the end.
    func readBlock(atMost byteCount: Int) throws(EnvelopeError) -> ArraySlice<UInt8> {
        var block = [UInt8](repeating: 0, count: byteCount)
        let count: Result<Int, EnvelopeError> = unsafe block.withUnsafeMutableBytes { buffer in
            var entry = unsafe iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
            return unsafe withUnsafePointer(to: &entry) { pointer in
                do throws(EnvelopeError) {
                    return .success(try unsafe read(into: UnsafeBufferPointer(start: pointer, count: 1)))
                } catch {
                    return .failure(error)
                }
            }
        }
        return block.prefix(try count.get())
    }
}
