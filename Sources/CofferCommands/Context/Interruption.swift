import Synchronization

/// What has to be undone when the user interrupts a command: an echo that is off, a temporary file that is half written.
///
/// Commands register the way back before they go; the signal loop walks all of them, newest first.
final class Interruption: Sendable {
    private struct State {
        var next = 0
        var actions: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Runs `body`; if a signal ends the process meanwhile, runs `undo` first.
    func guarding<R: ~Copyable>(undo: @escaping @Sendable () -> Void, _ body: () throws -> R) rethrows -> R {
        let id = register(undo)
        defer { forget(id) }
        return try body()
    }

    func register(_ undo: @escaping @Sendable () -> Void) -> Int {
        state.withLock { state in
            state.next += 1
            state.actions[state.next] = undo
            return state.next
        }
    }

    func forget(_ id: Int) {
        state.withLock { state in _ = state.actions.removeValue(forKey: id) }
    }

    /// Whether a command that is cancelled should get time to clean up by itself.
    private let grace = Atomic<Bool>(false)
    var needsGrace: Bool { grace.load(ordering: .relaxed) }

    /// From now on a cancelled command ends by itself, removing what it has begun (a file that is being sealed).
    func allowGrace() { grace.store(true, ordering: .relaxed) }

    func undoEverything() {
        let actions = state.withLock { state in state.actions.sorted { $0.key > $1.key }.map(\.value) }
        for action in actions { action() }
    }
}
