import Synchronization

/// The size of a plaintext, found out once.
final class AuthenticatedEnd: Sendable {
    private let byteCount = Mutex<UInt64?>(nil)

    func authenticate(_ find: () throws(EnvelopeError) -> UInt64) throws(EnvelopeError) -> UInt64 {
        if let known = byteCount.withLock({ $0 }) { return known }
        // Outside of the lock: two threads at once find the same.
        let found = try find()
        byteCount.withLock { $0 = found }
        return found
    }
}
