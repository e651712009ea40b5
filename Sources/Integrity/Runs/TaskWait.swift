import Synchronization

/// How a thread of its own waits for what only tasks can do. Never for a task itself: tasks share few threads, and all of them could
/// wait for each other.
enum TaskWait {
    static func value<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
        let waiter = Waiter<Value>()
        Task.detached { waiter.finish(await body()) }
        return waiter.wait()
    }
}

private final class Waiter<Value: Sendable>: Sendable {
    private let monitor = Monitor()
    private let outcome = Mutex<Value?>(nil)

    func finish(_ value: Value) {
        monitor.lock()
        outcome.withLock { $0 = value }
        monitor.broadcast(.outcome)
        monitor.unlock()
    }

    func wait() -> Value {
        monitor.lock()
        defer { monitor.unlock() }
        while true {
            if let outcome = outcome.withLock({ $0 }) { return outcome }
            monitor.wait(for: .outcome)
        }
    }
}
