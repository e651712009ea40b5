/// Dials one address of an endpoint, within the budget for that address, through a proxy and STARTTLS where they are asked for.
///
/// A connection that is refused or torn down is tried again after a pause; what comes out is one on which TLS may begin, or
/// the reason why there is none.
public struct NetworkDialer: Dialer {
    /// Makes one connection within the time given.
    typealias Connect = @Sendable (Duration) async -> Result<PreparedConnection, DialFailure>

    public let budget: ConnectionBudget
    private let connect: Connect

    /// - Parameters:
    ///   - address: one of the endpoint's, from `AddressResolver`. With a proxy in the options: one of the proxy's, since only the
    ///     proxy looks the target up.
    ///   - budget: shared by all dialers of this address.
    public init(to endpoint: Endpoint, at address: NetworkAddress, options: ScanOptions, network: Network, budget: ConnectionBudget) {
        let route = Route(endpoint: endpoint, address: address, proxy: options.proxy, connector: TCPConnector(network: network))
        let limits = ConnectionLimits(options)
        self.init(budget: budget) { remaining in await route.connection(limits.within(remaining)) }
    }

    init(budget: ConnectionBudget, connect: @escaping Connect) {
        self.budget = budget
        self.connect = connect
    }

    public func dial() async throws(TransportFailure) -> any PeerConnection {
        var attempt = 0
        while true {
            let place = try await budget.begin()
            switch await connect(budget.remaining) {
            case .success(let prepared):
                if prepared.hasAnswered { budget.noteAnswer() }
                return BudgetedConnection(prepared.connection, budget: budget, place: place, hasAnswered: prepared.hasAnswered)
            case .failure(let failure):
                place.giveBack()
                guard budget.noteFailure(failure, attempt: attempt) else { throw budget.verdict(on: failure) }
                attempt += 1
            }
        }
    }
}

/// A connection on which TLS may begin.
struct PreparedConnection: Sendable {
    let connection: any PeerConnection
    /// Whether the target has said anything yet: with STARTTLS it has.
    let hasAnswered: Bool
}
