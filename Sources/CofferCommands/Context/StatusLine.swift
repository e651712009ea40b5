import Synchronization

/// The terminal's last line, which progress may be shown on: it has to go before anything else is written there.
final class StatusLine: Sendable {
    private struct State {
        var clear: @Sendable () -> Void = {}
        var hiddenCount = 0
    }

    private let state = Mutex(State())

    /// Whether something else has the terminal: somebody is asked.
    var isHidden: Bool { state.withLock { $0.hiddenCount > 0 } }

    /// - Parameter clear: takes away what is shown, if anything is.
    func show(clearedBy clear: @escaping @Sendable () -> Void) { state.withLock { $0.clear = clear } }

    func clear() { state.withLock(\.clear)() }

    func whileHidden<R: ~Copyable>(_ body: () throws -> R) rethrows -> R {
        state.withLock { $0.hiddenCount += 1 }
        defer { state.withLock { $0.hiddenCount -= 1 } }
        clear()
        return try body()
    }
}
