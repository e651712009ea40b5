internal import Synchronization

/// A connection that keeps its place in the budget for as long as it lasts, and tells the budget what became of it.
///
/// An end without a word is told as it is, also by a peer that limits connections: it may be a refusal of what was asked, which only
/// whoever asks can find out, by asking something that was answered before.
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
            return noted(try await connection.receive())
        } catch {
            throw error.reason == .timedOut ? error : ended(by: error)
        }
    }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] {
        do {
            return noted(try await connection.receive(within: min(max(milliseconds, 1), max(budget.remaining.wholeMilliseconds, 1))))
        } catch {
            throw error.reason == .timedOut ? error : ended(by: error)
        }
    }

    func close() async {
        await connection.close()
        place.giveBack()
    }

    private func noted(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.isEmpty else {
            if markAnswered() { budget.noteAnswer() }
            return bytes
        }
        place.giveBack()
        if markAnswered() { budget.noteSilentEnd() }
        return bytes
    }

    private func ended(by failure: TransportFailure) -> TransportFailure {
        place.giveBack()
        if failure.reason == .reset || failure.reason == .closed, markAnswered() { budget.noteSilentEnd() }
        return failure
    }

    /// Whether this is the first that is heard of the peer on this connection.
    private func markAnswered() -> Bool {
        hasAnswered.withLock { hasAnswered in
            defer { hasAnswered = true }
            return !hasAnswered
        }
    }
}
