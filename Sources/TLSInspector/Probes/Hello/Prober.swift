import Synchronization

/// Asks an endpoint one question after the other: each a ClientHello on a connection of its own.
///
/// A connection that ends without an answer is no answer. It is tried again, and then a hello that the peer is known to answer is sent
/// in between: only a peer that answers that one has refused the other.
final class Prober: Sendable {
    enum Extent: Sendable {
        /// Enough to know version, suite and group.
        case serverHello
        /// All that comes in the clear, up to ServerHelloDone.
        case flight
    }

    let dialer: any Dialer
    private let knownGood = Mutex<ClientHello?>(nil)
    private let firstFailure = Mutex<Undecided?>(nil)
    /// Why no connection was had, as long as none ever was: asking on would only repeat it.
    private let unreachable = Mutex<Undecided?>(nil)

    init(dialer: any Dialer) {
        self.dialer = dialer
    }

    /// Why the first connection that failed did, for endpoints of which nothing could be found out.
    var failure: Undecided? { firstFailure.withLock { $0 } }

    /// Why there is no way to the endpoint; nil once anything was heard of it.
    var isUnreachable: Undecided? { hasContact ? nil : unreachable.withLock { $0 } }

    /// Whether any hello was answered.
    var hasContact: Bool { knownGood.withLock { $0 != nil } }

    func ask(_ hello: ClientHello, extent: Extent = .serverHello) async -> HelloAnswer {
        await ask(hello.encoded, as: hello, extent: extent)
    }

    /// - Parameters:
    ///   - bytes: what is sent: the hello, however it is wrapped.
    ///   - hello: what it means.
    func ask(_ bytes: [UInt8], as hello: ClientHello, extent: Extent) async -> HelloAnswer {
        if let reason = isUnreachable { return .undecided(reason) }
        let first = await HelloExchange(dialer: dialer).run(bytes, extent: extent)
        let again: HelloExchange.Outcome
        switch first {
        case .answered, .refused, .unconnected: again = first
        case .silentlyClosed, .failed: again = await HelloExchange(dialer: dialer).run(bytes, extent: extent)
        }
        return await conclude(again, hello)
    }

    private func conclude(_ outcome: HelloExchange.Outcome, _ hello: ClientHello) async -> HelloAnswer {
        switch outcome {
        case .answered(let answer):
            knownGood.withLock { if $0 == nil { $0 = hello } }
            return .answered(answer)
        case .refused(let alert): return .refused(.alert(alert))
        case .silentlyClosed:
            return await answersOthers() ? .refused(.closed) : undecided(Undecided(.closed, "the connection was closed before an answer"))
        case .unconnected(let failure):
            if !hasContact { unreachable.withLock { if $0 == nil { $0 = failure.undecided } } }
            return undecided(failure.undecided)
        case .failed(let failure) where failure.reason == .reset:
            return await answersOthers() ? .refused(.reset) : undecided(failure.undecided)
        case .failed(let failure): return undecided(failure.undecided)
        }
    }

    private func undecided(_ reason: Undecided) -> HelloAnswer {
        firstFailure.withLock { if $0 == nil { $0 = reason } }
        return .undecided(reason)
    }

    /// Asks the hello that is known to be answered.
    private func answersOthers() async -> Bool {
        guard let control = knownGood.withLock({ $0 }) else { return false }
        guard case .answered = await HelloExchange(dialer: dialer).run(control.encoded, extent: .serverHello) else { return false }
        return true
    }
}
