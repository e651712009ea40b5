/// The way to an endpoint: the address, and what has to be said there before TLS.
struct Route: Sendable {
    let endpoint: Endpoint
    /// Of the endpoint, or of the proxy if there is one.
    let address: NetworkAddress
    let proxy: HTTPProxy?
    let connector: TCPConnector

    func connection(_ limits: ConnectionLimits) async -> Result<PreparedConnection, DialFailure> {
        do {
            let connection = try await opened(limits)
            guard let startTLS = endpoint.startTLS else {
                return .success(PreparedConnection(connection: connection, hasAnswered: false))
            }
            var negotiation = startTLS.negotiation(host: endpoint.serverName ?? endpoint.host)
            try await Preamble(connection: connection).negotiate(&negotiation)
            return .success(PreparedConnection(connection: connection, hasAnswered: true))
        } catch {
            return .failure(error)
        }
    }

    /// A connection to the endpoint's port, straight or through the proxy.
    private func opened(_ limits: ConnectionLimits) async throws(DialFailure) -> NIOPeerConnection {
        guard let proxy else {
            do {
                return try await connector.connect(to: address, limits: limits)
            } catch {
                throw DialFailure(error)
            }
        }
        var tunnel = try Self.tunnel(to: endpoint, through: proxy)
        do {
            let connection = try await connector.connect(to: address, limits: limits)
            try await Preamble(connection: connection).open(&tunnel)
            return connection
        } catch let failure as DialFailure {
            throw failure
        } catch let failure as TransportFailure where failure.reason == .budget {
            throw DialFailure(failure)
        } catch {
            // Whatever ails the proxy says nothing about the target.
            throw DialFailure(TransportFailure(.preamble, "no tunnel through the proxy (\(error))"))
        }
    }

    private static func tunnel(to endpoint: Endpoint, through proxy: HTTPProxy) throws(DialFailure) -> ProxyTunnel {
        do {
            return try ProxyTunnel(host: endpoint.host, port: endpoint.port, authorization: proxy.authorization)
        } catch {
            throw DialFailure(error)
        }
    }
}
