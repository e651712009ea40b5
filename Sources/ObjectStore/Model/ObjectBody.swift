/// The bytes of an object or a part on their way in or out, read piece by piece.
///
/// A body is read once, by one reader at a time. It is a reference: handing it on does not copy the bytes.
public protocol ObjectBody: AnyObject, Sendable {
    /// How many bytes `read` will give altogether; nil if only reading tells.
    var byteCount: UInt64? { get }

    /// Fills the start of `buffer` with the next bytes.
    ///
    /// - Returns: How many bytes were written: at least 1, or 0 once there are no more.
    /// - Throws: `RequestTimeout` or `IncompleteBody` when the source of an upload fails, `DamagedObject` when a stored object
    ///   is not what was written. What was given before is then not the whole.
    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int
}
