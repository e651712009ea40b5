import Synchronization

/// A body that is whole in memory.
public final class BytesBody: ObjectBody {
    private let bytes: [UInt8]
    private let position = Mutex(0)

    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public convenience init(_ text: String) { self.init(Array(text.utf8)) }

    public var byteCount: UInt64? { UInt64(bytes.count) }

    public func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        let piece = position.withLock { position in
            let count = min(buffer.count, bytes.count - position)
            defer { position += count }
            return position..<position + count
        }
        bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[piece])) }
        return piece.count
    }
}

extension ObjectBody {
    private static var stepByteCount: Int { 64 << 10 }

    /// All bytes of a small body.
    ///
    /// - Parameter limit: The most that is kept in memory, in bytes.
    /// - Throws: `EntityTooLarge` for more.
    public func collect(limit: Int) async throws(ObjectStoreError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.stepByteCount, alignment: 16)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        while true {
            let count = try await read(into: buffer)
            guard count > 0 else { return bytes }
            guard bytes.count + count <= limit else { throw ObjectStoreError(.entityTooLarge) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
