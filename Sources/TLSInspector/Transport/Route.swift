/// The way to an endpoint: the address, and what has to be said there before TLS.
struct Route: Sendable {
    let endpoint: Endpoint
    let address: NetworkAddress
    let proxy: HTTPProxy?
    let connector: TCPConnector

    func connection(_ limits: ConnectionLimits) async -> Result<PreparedConnection, TransportFailure> {
        do {
            let connection = try await connector.connect(to: address, limits: limits)
            return .success(PreparedConnection(connection: connection, hasAnswered: false))
        } catch {
            return .failure(error)
        }
    }
}
