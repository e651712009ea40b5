internal import Synchronization

/// A suspended task that the first of several answers resumes; later ones come to nothing.
final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Value, Never>)
        /// The answer was there before the task waited for it.
        case answered(Value)
        case taken
    }

    private let state = Mutex(State.open)

    /// Whether somebody still waits, or will.
    var isOpen: Bool {
        state.withLock { state in
            switch state {
            case .open, .waiting: true
            case .answered, .taken: false
            }
        }
    }

    func give(_ value: Value) {
        let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .answered(value)
                return nil
            case .waiting(let continuation):
                state = .taken
                return continuation
            case .answered, .taken: return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// Waits for the answer. To be called once.
    func take() async -> Value {
        await withCheckedContinuation { continuation in
            let answer: Value? = state.withLock { state in
                switch state {
                case .open:
                    state = .waiting(continuation)
                    return nil
                case .answered(let value):
                    state = .taken
                    return value
                case .waiting, .taken: preconditionFailure("an answer is taken once")
                }
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
