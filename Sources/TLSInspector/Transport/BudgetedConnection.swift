internal import Synchronization

/// A connection that keeps its place in the budget for as long as it lasts, and tells the budget what became of it.
final class BudgetedConnection: PeerConnection {
    private let connection: any PeerConnection
    private let budget: ConnectionBudget
    private let place: ConnectionPlace
    /// Whether any byte has come, here or in what was said before TLS.
    private let hasAnswered: Mutex<Bool>

    init(_ connection: any PeerConnection, budget: ConnectionBudget, place: ConnectionPlace, hasAnswered: Bool) {
        self.connection = connection
        self.budget = budget
        self.place = place
        self.hasAnswered = Mutex(hasAnswered)
    }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {
        do {
            try await connection.send(bytes)
        } catch {
            throw ended(by: error)
        }
    }

    func receive() async throws(TransportFailure) -> [UInt8] {
        do {
            return try noted(try await connection.receive())
        } catch {
            throw error.reason == .timedOut ? error : ended(by: error)
        }
    }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] {
        do {
            return try noted(try await connection.receive(within: min(max(milliseconds, 1), max(budget.remaining.wholeMilliseconds, 1))))
        } catch {
            throw error.reason == .timedOut ? error : ended(by: error)
        }
    }

    func close() async {
        await connection.close()
        place.giveBack()
    }

    private func noted(_ bytes: [UInt8]) throws(TransportFailure) -> [UInt8] {
        guard bytes.isEmpty else {
            if markAnswered() { budget.noteAnswer() }
            return bytes
        }
        place.giveBack()
        guard markAnswered() else { return bytes }
        budget.noteSilentEnd()
        // From a peer that is known to limit connections, this says nothing about what was asked.
        if budget.isRateLimited { throw ConnectionBudget.limited }
        return bytes
    }

    private func ended(by failure: TransportFailure) -> TransportFailure {
        place.giveBack()
        guard failure.reason == .reset || failure.reason == .closed, markAnswered() else { return failure }
        budget.noteSilentEnd()
        return budget.verdict(on: DialFailure(failure))
    }

    /// Whether this is the first that is heard of the peer on this connection.
    private func markAnswered() -> Bool {
        hasAnswered.withLock { hasAnswered in
            defer { hasAnswered = true }
            return !hasAnswered
        }
    }
}
