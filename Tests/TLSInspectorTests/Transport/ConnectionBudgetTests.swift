import Synchronization
import Testing

@testable import TLSInspector

@Suite("Budgets of connections")
struct ConnectionBudgetTests {
    private let clock = ManualTransportClock()

    private func budget(_ change: (inout ScanOptions) -> Void = { _ in }) -> ConnectionBudget {
        var options = ScanOptions()
        change(&options)
        return ConnectionBudget(options, clock: clock)
    }

    /// A dialer whose attempts end as a test says, by their number.
    private func dialer(
        _ budget: ConnectionBudget, _ attempt: @escaping @Sendable (Int) -> Result<PreparedConnection, DialFailure>
    ) -> NetworkDialer {
        let count = Mutex(0)
        return NetworkDialer(budget: budget) { _ in
            attempt(
                count.withLock { count in
                    defer { count += 1 }
                    return count
                })
        }
    }

    private static func answering(_ bytes: [UInt8] = [1]) -> Result<PreparedConnection, DialFailure> {
        .success(PreparedConnection(connection: ScriptedConnection(.success(bytes)), hasAnswered: false))
    }

    private static let refused = TransportFailure(.refused, "nobody listens")

    @Test("no more connections are begun than are allowed, failed ones among them")
    func maximum() async throws {
        let budget = budget {
            $0.maximumConnections = 3; $0.retries = 0
        }
        let dialer = dialer(budget) { $0 == 1 ? .failure(DialFailure(Self.refused)) : Self.answering() }
        await (try dialer.dial()).close()
        await #expect(throws: Self.refused) { _ = try await dialer.dial() }
        await (try dialer.dial()).close()
        await #expect(throws: TransportFailure(.budget, "the limit of 3 connections to the address was reached")) {
            _ = try await dialer.dial()
        }
        #expect(budget.connectionCount == 3)
    }

    @Test("a place is given back by closing, by the peer's end, by a failure and by letting go", arguments: 0..<4)
    func places(way: Int) async throws {
        let budget = budget { $0.parallelConnections = 1 }
        let dialer = dialer(budget) { number in
            let last: Result<[UInt8], TransportFailure> = way == 1 ? .success([]) : .failure(TransportFailure(.protocolError, "x"))
            return .success(PreparedConnection(connection: ScriptedConnection(.success([1]), last), hasAnswered: number < 0))
        }
        for _ in 0..<3 {
            let connection = try await dialer.dial()
            #expect(try await connection.receive() == [1])
            switch way {
            case 0: await connection.close()
            case 1: #expect(try await connection.receive() == [])
            case 2: await #expect(throws: TransportFailure.self) { _ = try await connection.receive() }
            default: break
            }
        }
        #expect(budget.connectionCount == 3)
    }

    @Test("connections begin no faster than the rate")
    func rate() async throws {
        let budget = budget { $0.rate = 4 }
        let dialer = dialer(budget) { _ in Self.answering() }
        for _ in 0..<5 { await (try dialer.dial()).close() }
        #expect(clock.now == .seconds(1))
    }

    @Test("after the target's time nothing is begun any more")
    func deadline() async throws {
        let budget = budget { $0.targetTimeout = 1_000 }
        let dialer = dialer(budget) { _ in Self.answering() }
        await (try dialer.dial()).close()
        clock.advance(by: .seconds(1))
        await #expect(throws: ConnectionBudget.outOfTime) { _ = try await dialer.dial() }
        #expect(budget.connectionCount == 1)
    }

    @Test("a rate that would go beyond the target's time is not waited for")
    func slowRate() async throws {
        let budget = budget {
            $0.targetTimeout = 1_000; $0.rate = 0.5
        }
        let dialer = dialer(budget) { _ in Self.answering() }
        await (try dialer.dial()).close()
        await #expect(throws: ConnectionBudget.outOfTime) { _ = try await dialer.dial() }
        #expect(clock.now == .zero)
    }

    @Test("a refused connection is tried again after pauses that grow, and then told as refused")
    func retries() async throws {
        let budget = budget { $0.retries = 2 }
        let dialer = dialer(budget) { _ in .failure(DialFailure(Self.refused)) }
        await #expect(throws: Self.refused) { _ = try await dialer.dial() }
        #expect(budget.connectionCount == 3)
        #expect(clock.pauses == [.milliseconds(250), .milliseconds(500)])
        #expect(budget.parallelLimit == 4, "an address that never answered is not spared")
    }

    @Test("what a pause cannot mend is tried once", arguments: [Undecided.Reason.unreachable, .timedOut, .preamble, .budget])
    func noRetry(reason: Undecided.Reason) async throws {
        let budget = budget()
        let failure = TransportFailure(reason, "x")
        let dialer = dialer(budget) { _ in .failure(DialFailure(failure)) }
        await #expect(throws: failure) { _ = try await dialer.dial() }
        #expect(budget.connectionCount == 1)
    }

    @Test("a server that says it is busy is tried again")
    func busy() async throws {
        let budget = budget()
        let busy = DialFailure(PreambleFailure("the server greeted with a refusal: 421 busy", isTransient: true))
        let dialer = dialer(budget) { $0 < 2 ? .failure(busy) : Self.answering() }
        await (try dialer.dial()).close()
        #expect(budget.connectionCount == 3)
    }

    @Test("refused after answers and going on after a pause: the peer limits connections, and half as many are made at once")
    func rateLimited() async throws {
        let budget = budget { $0.retries = 1 }
        let dialer = dialer(budget) { (1...2).contains($0) || $0 >= 4 ? .failure(DialFailure(Self.refused)) : Self.answering() }
        func probe() async throws { _ = try await dialer.dial().receive() }

        try await probe()
        await #expect(throws: Self.refused) { try await probe() }
        #expect(!budget.isRateLimited, "it may have gone")
        #expect(budget.parallelLimit == 1, "two bursts: 4, 2, 1")
        try await probe()
        #expect(budget.isRateLimited)
        await #expect(throws: ConnectionBudget.limited) { try await probe() }
    }

    @Test("a burst of connections that end before any byte makes room, but says nothing of a limit")
    func closedBurst() async throws {
        let budget = budget()
        let dialer = dialer(budget) { number in
            (1...3).contains(number) ? .success(PreparedConnection(connection: ScriptedConnection(), hasAnswered: false)) : Self.answering()
        }
        for _ in 0..<3 {
            let connection = try await dialer.dial()
            _ = try await connection.receive()
        }
        #expect(budget.parallelLimit == 4 && clock.pauses.isEmpty, "a server may refuse so")
        _ = try await dialer.dial().receive()
        #expect(budget.parallelLimit == 2)
        for _ in 0..<ConnectionBudget.answersToRecover { _ = try await dialer.dial().receive() }
        #expect(clock.pauses == [.milliseconds(250)])
        #expect(!budget.isRateLimited)
        #expect(budget.parallelLimit == 3, "it recovers")
    }

    @Test("also of a peer that limits connections, a silent end is told as it is: it may be a refusal")
    func silentEndOfLimiter() async throws {
        let budget = budget()
        let reset = TransportFailure(.reset, "x")
        let dialer = dialer(budget) { number in
            switch number {
            case 1: .failure(DialFailure(Self.refused))
            case 3: .success(PreparedConnection(connection: ScriptedConnection(), hasAnswered: false))
            case 4: .success(PreparedConnection(connection: ScriptedConnection(.failure(reset)), hasAnswered: false))
            default: Self.answering()
            }
        }
        for _ in 0..<2 { _ = try await dialer.dial().receive() }
        #expect(budget.isRateLimited)
        #expect(try await dialer.dial().receive() == [])
        await #expect(throws: reset) { _ = try await dialer.dial().receive() }
    }

    @Test("a timeout of one answer keeps the place, since the connection can be used further")
    func timeoutKeepsPlace() async throws {
        let budget = budget { $0.parallelConnections = 1 }
        let silence = TransportFailure(.timedOut, "x")
        let dialer = dialer(budget) { _ in
            .success(PreparedConnection(connection: ScriptedConnection(.failure(silence), .success([2])), hasAnswered: false))
        }
        let connection = try await dialer.dial()
        await #expect(throws: silence) { _ = try await connection.receive(within: 5) }
        #expect(try await connection.receive() == [2])
        await connection.close()
    }
}
