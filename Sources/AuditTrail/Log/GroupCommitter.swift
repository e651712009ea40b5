import Dispatch
import Synchronization

/// Lets concurrent callers share one `fdatasync`: whatever arrives while a group is being written becomes the next group.
///
/// Callers suspend; only one thread waits for the disk, that of a serial dispatch queue. Such a queue has no thread while it
/// is idle, and its thread is not one of Swift's cooperative pool (it is served by the overcommitting root queue), so neither a slow disk
/// nor many waiters take a thread from anybody's tasks. Nothing has to be shut down: the queue goes with its last group.
final class GroupCommitter: Sendable {
    /// Bounds the memory of one write and the wait of its first caller.
    static let groupEventLimit = 1024
    static let groupByteLimit = 4 * 1024 * 1024

    private let log: AuditLog
    private let thread = DispatchQueue(label: "coffer.audit.group-commit")
    private let queue = Mutex(Queue())

    private typealias Outcome = Result<AuditPosition, AuditTrailError>

    private struct Request: Sendable {
        let event: [UInt8]
        let caller: CheckedContinuation<Outcome, Never>
    }

    private struct Queue {
        var requests: [Request] = []
        var isBeingDrained = false
    }

    init(log: AuditLog) {
        self.log = log
    }

    /// Returns when the event is durable. A cancelled task waits as well: the event is being recorded and its outcome matters.
    func append(_ event: [UInt8]) async throws(AuditTrailError) -> AuditPosition {
        // A continuation cannot carry a typed error, a Result can.
        let outcome = await withCheckedContinuation { caller in
            enqueue(Request(event: event, caller: caller))
        }
        return try outcome.get()
    }

    /// Requests that arrived and are not yet part of a group being written.
    var waitingCount: Int { queue.withLock { $0.requests.count } }

    private func enqueue(_ request: Request) {
        let mustStart = queue.withLock { queue in
            queue.requests.append(request)
            defer { queue.isBeingDrained = true }
            return !queue.isBeingDrained
        }
        if mustStart {
            thread.async { self.drain() }
        }
    }

    private func drain() {
        while let group = takeGroup() { commit(group) }
    }

    /// The oldest requests, as many as the limits allow; nil when there are none, and then the next request starts a new drain.
    private func takeGroup() -> ArraySlice<Request>? {
        queue.withLock { queue in
            guard !queue.requests.isEmpty else {
                queue.isBeingDrained = false
                return nil
            }
            var byteCount = 0
            let count =
                queue.requests.prefix(Self.groupEventLimit).prefix { request in
                    byteCount += request.event.count
                    return byteCount <= Self.groupByteLimit
                }.count
            let group = queue.requests.prefix(count)
            queue.requests = Array(queue.requests.dropFirst(count))
            return group
        }
    }

    private func commit(_ group: ArraySlice<Request>) {
        do {
            let positions = try log.append(group.map(\.event))
            for (request, position) in zip(group, positions) { request.caller.resume(returning: .success(position)) }
        } catch {
            for request in group { request.caller.resume(returning: .failure(error)) }
        }
    }
}
