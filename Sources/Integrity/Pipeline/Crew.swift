import Synchronization

/// The worker threads of a pipeline, as one of them sees the others: it may ask them for help with something large.
///
/// Unchecked, because what is not constant is reached inside the monitor's lock only.
final class Crew: @unchecked Sendable {
    /// Something large, at which every free worker joins in.
    private final class Task {
        let work: @Sendable () -> Void
        var helperCount = 0

        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    let workerCount: Int
    let monitor = Monitor()
    private let stopped = Atomic<Bool>(false)
    private let bytes = Atomic<UInt64>(0)
    private var tasks: [Task] = []

    init(workerCount: Int) { self.workerCount = workerCount }

    /// Whether everything is to end as soon as possible, for whatever reason.
    var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// How many bytes of content were read.
    var byteCount: UInt64 { bytes.load(ordering: .relaxed) }

    func countBytes(_ count: UInt64) { bytes.add(count, ordering: .relaxed) }

    func stop() {
        stopped.store(true, ordering: .relaxed)
        monitor.lock()
        monitor.broadcast(.work)
        monitor.unlock()
    }

    /// Runs something in this thread and in every other one that is free, or becomes free while it lasts; returns when none runs it any
    /// more.
    /// - Parameters:
    ///   - work: takes its next piece from a counter until there is none.
    ///   - own: what this thread does first.
    func share<E: Error>(_ work: @escaping @Sendable () -> Void, first own: () throws(E) -> Void) throws(E) {
        let task = Task(work)
        monitor.lock()
        tasks.append(task)
        monitor.broadcast(.work)
        monitor.unlock()
        defer { retire(task) }
        try own()
        work()
    }

    /// The same without anything to do first.
    func share(_ work: @escaping @Sendable () -> Void) { share(work, first: {}) }

    /// Inside the lock: helps with the oldest task.
    /// - Returns: false if there is none.
    func help() -> Bool {
        guard let task = tasks.first else { return false }
        task.helperCount += 1
        monitor.unlock()
        task.work()
        monitor.lock()
        task.helperCount -= 1
        // There is nothing left of it, or there would be something to do.
        tasks.removeAll { $0 === task }
        if task.helperCount == 0 { monitor.broadcast(.outcome) }
        return true
    }

    private func retire(_ task: Task) {
        monitor.lock()
        tasks.removeAll { $0 === task }
        while task.helperCount > 0 { monitor.wait(for: .outcome) }
        monitor.unlock()
    }
}
