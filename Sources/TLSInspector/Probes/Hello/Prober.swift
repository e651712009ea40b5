import Synchronization

/// Asks an endpoint one question after the other: each a ClientHello on a connection of its own.
///
/// A connection that ends without an answer, or with an error inside the server, is no answer. It is tried again after a pause, then a hello that the peer is known to answer is
/// sent, then the first again: only a peer that answers the one, and not the other, has refused it.
final class Prober: Sendable {
    enum Extent: Sendable {
        /// Enough to know version, suite and group.
        case serverHello
        /// All that comes in the clear, up to ServerHelloDone.
        case flight
    }

    let dialer: any Dialer
    private let knownGood = Mutex<ClientHello?>(nil)
    private let wasHeard = Mutex(false)
    private let pause: Duration
    /// Why no connection was had, as long as none ever was: asking on would only repeat it.
    private let unreachable = Mutex<Undecided?>(nil)

    /// - Parameter pause: before something is tried again.
    init(dialer: any Dialer, pause: Duration = .milliseconds(150)) {
        self.dialer = dialer
        self.pause = pause
    }

    /// Why there is no way to the endpoint; nil once anything was heard of it.
    var isUnreachable: Undecided? { wasHeard.withLock { $0 } ? nil : unreachable.withLock { $0 } }

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
        var outcome = await HelloExchange(dialer: dialer).run(bytes, extent: extent)
        if outcome.isWorthAnotherTry(extent) { outcome = await again(bytes, extent) }
        if let refusal = outcome.doubtfulRefusal, await answersOthers() {
            // It may have been the number of connections that the peer minded, and not the hello.
            let third = await again(bytes, extent)
            if third.doubtfulRefusal != nil { return .refused(refusal) }
            outcome = third
        }
        return conclude(outcome, hello)
    }

    private func again(_ bytes: [UInt8], _ extent: Extent) async -> HelloExchange.Outcome {
        // Cancelled while waiting: the connection that follows fails by itself.
        do { try await Task.sleep(for: pause) } catch { return await HelloExchange(dialer: dialer).run(bytes, extent: extent) }
        return await HelloExchange(dialer: dialer).run(bytes, extent: extent)
    }

    private func conclude(_ outcome: HelloExchange.Outcome, _ hello: ClientHello) -> HelloAnswer {
        switch outcome {
        case .answered(let answer):
            wasHeard.withLock { $0 = true }
            knownGood.withLock { if $0 == nil { $0 = hello } }
            return .answered(answer)
        case .refused(let alert):
            wasHeard.withLock { $0 = true }
            return .refused(.alert(alert))
        case .silentlyClosed: return .undecided(Undecided(.closed, "the connection was closed before an answer"))
        case .unconnected(let failure):
            unreachable.withLock { if $0 == nil { $0 = failure.undecided } }
            return .undecided(failure.undecided)
        case .failed(let failure): return .undecided(failure.undecided)
        }
    }

    /// Asks the hello that is known to be answered.
    func answersOthers() async -> Bool {
        guard let control = knownGood.withLock({ $0 }) else { return false }
        guard case .answered = await HelloExchange(dialer: dialer).run(control.encoded, extent: .serverHello) else { return false }
        return true
    }
}
