internal import Synchronization

/// Lets so many tasks in at once, in the order in which they came. The number can change while they wait.
final class FairSemaphore: Sendable {
    private struct Waiter {
        let number: UInt64
        let answer: FirstAnswer<Bool>
    }

    private struct State {
        var limit: Int
        var count = 0
        var nextNumber: UInt64 = 0
        var waiters: [Waiter] = []

        /// Who may go in now.
        mutating func admitted() -> [FirstAnswer<Bool>] {
            let free = min(max(limit - count, 0), waiters.count)
            guard free > 0 else { return [] }
            count += free
            defer { waiters.removeFirst(free) }
            return waiters.prefix(free).map(\.answer)
        }
    }

    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(limit: max(limit, 1))) }

    /// Waits for a place, which has to be given back.
    /// - Returns: false, without a place, if the task was cancelled while it waited.
    func acquire() async -> Bool {
        let answer = FirstAnswer<Bool>()
        let number = state.withLock { state in
            defer { state.nextNumber += 1 }
            state.waiters.append(Waiter(number: state.nextNumber, answer: answer))
            return state.nextNumber
        }
        admit()
        return await withTaskCancellationHandler {
            await answer.take()
        } onCancel: {
            giveUp(number)
        }
    }

    func release() {
        state.withLock { state in
            precondition(state.count > 0, "a place that nobody has is given back")
            state.count -= 1
        }
        admit()
    }

    var limit: Int { state.withLock { $0.limit } }
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    func setLimit(_ limit: Int) {
        state.withLock { $0.limit = max(limit, 1) }
        admit()
    }

    private func admit() {
        for answer in state.withLock({ $0.admitted() }) { answer.give(true) }
    }

    /// Whoever has a place already keeps it, and gives it back.
    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.answer.give(false)
    }
}
