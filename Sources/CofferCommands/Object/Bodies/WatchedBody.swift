import Envelope
import ObjectStore
import Synchronization

/// A body on its way, as somebody watches it who may also stop it.
final class WatchedBody: ObjectBody {
    private let body: any ObjectBody
    private let monitor: WorkMonitor
    private let count = Mutex<UInt64>(0)

    init(_ body: any ObjectBody, _ monitor: WorkMonitor) {
        self.body = body
        self.monitor = monitor
    }

    var byteCount: UInt64? { body.byteCount }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(ObjectStoreError) -> Int {
        guard !monitor.isCancelled() else { throw ObjectStoreError(.cancelled) }
        let read = try await body.read(into: buffer)
        let total = count.withLock { count in
            count += UInt64(read)
            return count
        }
        monitor.didAdvance(total)
        return read
    }
}
