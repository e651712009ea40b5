/// The bytes of one content on their way out of a source. They are read once, by one reader.
public protocol SourceContent: AnyObject, Sendable {
    /// How many `read` gives altogether.
    var byteCount: UInt64 { get }

    /// Fills the start of the buffer with the next bytes.
    /// - Returns: how many: at least 1, or 0 once there are no more.
    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(EntrySourceError) -> Int
}
