import Synchronization

/// Does many pieces of work on two threads: reading and hashing keep more than one busy, and a disk no more than a few.
enum BagWorkers {
    private static let threadCount = 2

    private struct State {
        var next = 0
        var failure: IntegrityError?
    }

    /// - Parameter body: one piece, by its number below `count`; what it gives back ends all of it.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> IntegrityError?) async throws(IntegrityError) {
        let state = Pieces(count)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<min(threadCount, count) {
                group.addTask { while let index = state.take() { if let error = body(index) { state.fail(error) } } }
            }
        }
        if let failure = state.failure { throw failure }
    }

    private final class Pieces: Sendable {
        private let count: Int
        private let state = Mutex(State())

        init(_ count: Int) { self.count = count }

        var failure: IntegrityError? { state.withLock { $0.failure } }

        /// The first failure counts.
        func fail(_ error: IntegrityError) { state.withLock { state in state.failure = state.failure ?? error } }

        func take() -> Int? {
            state.withLock { state in
                guard state.failure == nil, state.next < count else { return nil }
                state.next += 1
                return state.next - 1
            }
        }
    }
}
