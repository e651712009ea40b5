internal import Synchronization

/// How much of one address a scan may take, and how it makes way when the address has had enough.
///
/// It counts connections, holds them to a number at once, a rate and a deadline, and when they are refused or torn down in
/// bursts it halves the number at once and pauses. All connections to one address are made under the same budget.
public final class ConnectionBudget: Sendable {
    static let firstPause = Duration.milliseconds(250)
    static let longestPause = Duration.seconds(8)
    /// Connections in a row that were closed before any byte: a server may refuse a hello so, once or twice.
    static let closedBurstCount = 3
    /// Answers in a row after which one connection more is allowed at once again.
    static let answersToRecover = 8
    /// Per second; faster than any server is asked.
    static let fastestRate = 100_000.0

    private struct State {
        var connectionCount = 0
        /// Before which no connection begins, by the rate.
        var nextStart = Duration.zero
        /// Before which no connection begins, by the last pause.
        var pausedUntil = Duration.zero
        var pause = ConnectionBudget.firstPause
        var hasAnswered = false
        var closedInARow = 0
        var answersInARow = 0
        /// Connections failed although others had been answered; what comes next tells why.
        var isBrokenOff = false
        var isRateLimited = false
    }

    private let clock: any TransportClock
    private let deadline: Duration
    private let maximumConnections: Int
    private let parallelConnections: Int
    private let interval: Duration
    let retries: Int
    private let places: FairSemaphore
    private let state = Mutex(State())

    /// The time for the whole target begins now.
    public convenience init(_ options: ScanOptions) { self.init(options, clock: SystemTransportClock()) }

    init(_ options: ScanOptions, clock: any TransportClock) {
        self.clock = clock
        deadline = clock.now + .milliseconds(max(options.targetTimeout, 1))
        maximumConnections = max(options.maximumConnections, 0)
        parallelConnections = max(options.parallelConnections, 1)
        if let rate = options.rate, rate > 0 {
            interval = .seconds(1 / min(rate, Self.fastestRate))
        } else {
            interval = .zero
        }
        retries = max(options.retries, 0)
        places = FairSemaphore(limit: parallelConnections)
    }

    /// Connections begun so far, those that failed among them.
    public var connectionCount: Int { state.withLock { $0.connectionCount } }

    /// Whether connections were refused in bursts after others had been answered, and went on after a pause.
    public var isRateLimited: Bool { state.withLock { $0.isRateLimited } }

    /// How many connections are allowed at once now.
    public var parallelLimit: Int { places.limit }

    /// What is left of the time for the target.
    var remaining: Duration { max(deadline - clock.now, .zero) }

    /// Waits until a connection may begin: for a place, for the end of a pause and for the rate.
    /// - Returns: to be let go when the connection is over.
    /// - Throws: `budget` when there are no connections or no time left, or the task was cancelled.
    func begin() async throws(TransportFailure) -> ConnectionPlace {
        try checkLeft()
        guard await places.acquire() else { throw .cancelled }
        let place = ConnectionPlace(places)
        let start: Duration
        do {
            start = try reserve()
        } catch {
            place.giveBack()
            throw error
        }
        do {
            try await wait(until: start)
            return place
        } catch {
            place.giveBack()
            state.withLock { $0.connectionCount -= 1 }
            throw error
        }
    }

    /// Waits, and again if a pause has begun meanwhile.
    private func wait(until first: Duration) async throws(TransportFailure) {
        var start = first
        while start > clock.now {
            do { try await clock.sleep(for: start - clock.now) } catch { throw .cancelled }
            start = state.withLock { $0.pausedUntil }
            if start >= deadline { throw Self.outOfTime }
        }
    }

    /// Takes one connection of the number, and tells when it may begin.
    private func reserve() throws(TransportFailure) -> Duration {
        let now = clock.now
        try checkLeft()
        let start = state.withLock { state -> Duration? in
            let start = max(now, state.pausedUntil, state.nextStart)
            guard state.connectionCount < maximumConnections, start < deadline else { return nil }
            state.connectionCount += 1
            state.nextStart = start + interval
            return start
        }
        guard let start else { throw Self.outOfTime }
        return start
    }

    private func checkLeft() throws(TransportFailure) {
        if connectionCount >= maximumConnections {
            throw TransportFailure(.budget, "the limit of \(maximumConnections) connections to the address was reached")
        }
        if clock.now >= deadline { throw Self.outOfTime }
    }

    static let outOfTime = TransportFailure(.budget, "the time for the target ran out")

    // MARK: What became of connections

    /// Bytes came from the peer.
    func noteAnswer() {
        let recovered = state.withLock { state -> Bool in
            if state.isBrokenOff, state.hasAnswered { state.isRateLimited = true }
            state.hasAnswered = true
            state.isBrokenOff = false
            state.closedInARow = 0
            state.pause = Self.firstPause
            state.answersInARow += 1
            guard state.answersInARow >= Self.answersToRecover, !state.isRateLimited else { return false }
            state.answersInARow = 0
            return true
        }
        if recovered, places.limit < parallelConnections { places.setLimit(places.limit + 1) }
    }

    /// A connection was not made, or ended before anything could be asked on it.
    /// - Returns: whether it is worth another try, `attempt` having been made before.
    func noteFailure(_ failure: DialFailure, attempt: Int) -> Bool {
        guard isWorthRetrying(failure) else { return false }
        slowDown(isBrokenOff: true)
        return attempt < retries
    }

    /// A connection was closed or torn down before any byte came from the peer.
    func noteSilentEnd() {
        let isBurst = state.withLock { state in
            state.closedInARow += 1
            return state.closedInARow >= Self.closedBurstCount
        }
        if isBurst { slowDown(isBrokenOff: false) }
    }

    /// A peer that limits connections is the reason for what it refuses from then on.
    func verdict(on failure: DialFailure) -> TransportFailure {
        switch failure.transport.reason {
        case .refused, .reset, .closed, .timedOut: isRateLimited ? Self.limited : failure.transport
        case .preamble: isRateLimited && failure.isTransient ? Self.limited : failure.transport
        case .rateLimited, .unreachable, .protocolError, .budget, .unsupported: failure.transport
        }
    }

    static let limited = TransportFailure(.rateLimited, "the peer limits connections; try with a lower rate")

    /// Nobody answers at an address that never did: a second look would only take time. The system has sent more than one SYN.
    private func isWorthRetrying(_ failure: DialFailure) -> Bool {
        switch failure.transport.reason {
        case .refused, .reset, .closed: true
        case .timedOut: state.withLock { $0.hasAnswered }
        case .preamble: failure.isTransient
        case .rateLimited, .unreachable, .protocolError, .budget, .unsupported: false
        }
    }

    /// Halves the number at once and begins a pause, once for a burst.
    private func slowDown(isBrokenOff: Bool) {
        let now = clock.now
        let halves = state.withLock { state in
            state.answersInARow = 0
            state.closedInARow = 0
            if isBrokenOff, state.hasAnswered { state.isBrokenOff = true }
            guard now >= state.pausedUntil else { return false }
            state.pausedUntil = now + state.pause
            state.pause = min(state.pause * 2, Self.longestPause)
            return state.hasAnswered
        }
        if halves { places.setLimit(places.limit / 2) }
    }
}

/// The right to hold one connection; it is given back once, at the latest when nobody holds it any more.
final class ConnectionPlace: Sendable {
    private let places: Mutex<FairSemaphore?>

    init(_ places: FairSemaphore) { self.places = Mutex(places) }

    deinit { giveBack() }

    func giveBack() {
        let held = places.withLock { places in
            defer { places = nil }
            return places
        }
        held?.release()
    }
}
