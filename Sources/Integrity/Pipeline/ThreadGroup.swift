/// Threads that are waited for together.
struct ThreadGroup: ~Copyable {
    private final class Member {
        var thread: WorkerThread?

        init(_ thread: consuming WorkerThread) { self.thread = consume thread }
    }

    private var members: [Member] = []

    mutating func start(_ run: @escaping @Sendable () -> Void) throws(IntegrityError) { members.append(Member(try WorkerThread(run))) }

    /// Waits for the end of all.
    mutating func join() {
        for member in members {
            if let thread = member.thread.take() { thread.join() }
        }
        members.removeAll()
    }
}
