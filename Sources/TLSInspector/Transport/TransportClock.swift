/// The time that pauses and deadlines are measured in; a test brings its own.
protocol TransportClock: Sendable {
    /// Since some moment that stays the same.
    var now: Duration { get }
    /// Returns early, with an error, only if the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's clock, which goes on while the machine sleeps.
struct SystemTransportClock: TransportClock {
    private let origin = ContinuousClock.now

    var now: Duration { ContinuousClock.now - origin }

    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration, clock: .continuous) }
}
