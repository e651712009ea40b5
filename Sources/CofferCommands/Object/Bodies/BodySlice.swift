import ObjectStore
import Synchronization

/// The next bytes of a body, at most so many: one part of it.
final class BodySlice: ObjectBody {
    let byteCount: UInt64?
    private let body: any ObjectBody
    private let limit: UInt64
    private let count = Mutex<UInt64>(0)

    /// How many bytes it has given so far.
    var readCount: UInt64 { count.withLock { $0 } }

    /// - Parameter isWhole: whether the body is known to have as many bytes.
    init(of body: any ObjectBody, byteCount limit: UInt64, isWhole: Bool) {
        self.body = body
        byteCount = isWhole ? limit : nil
        self.limit = limit
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        let room = Int(min(UInt64(buffer.count), limit - readCount))
        guard room > 0 else { return 0 }
        let read = try await body.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
        count.withLock { $0 += UInt64(read) }
        return read
    }
}

/// A body whose first bytes were looked at.
final class PrefixedBody: ObjectBody {
    private let prefix: BytesBody
    private let rest: any ObjectBody
    private let isInPrefix = Mutex(true)

    init(_ prefix: [UInt8], _ rest: any ObjectBody) {
        self.prefix = BytesBody(prefix)
        self.rest = rest
    }

    var byteCount: UInt64? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        if isInPrefix.withLock({ $0 }) {
            let count = try await prefix.read(into: buffer)
            if count > 0 { return count }
            isInPrefix.withLock { $0 = false }
        }
        return try await rest.read(into: buffer)
    }
}
