import Synchronization

@testable import TLSInspector

/// A clock that jumps over every pause at once, and remembers how long they were.
final class ManualTransportClock: TransportClock {
    private struct State {
        var now = Duration.zero
        var pauses: [Duration] = []
    }

    private let state = Mutex(State())

    var now: Duration { state.withLock { $0.now } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func advance(by duration: Duration) { state.withLock { $0.now += duration } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.now += duration
            state.pauses.append(duration)
        }
        await Task.yield()
    }
}
