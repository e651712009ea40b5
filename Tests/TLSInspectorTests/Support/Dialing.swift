@testable import TLSInspector

extension ConnectionLimits {
    /// Long enough never to be met by a test that does not want to.
    static let patient = ConnectionLimits(connect: .seconds(20), answer: .seconds(20), whole: .seconds(60))
}

extension Network {
    /// A connection to a port of 127.0.0.1.
    func connection(to port: UInt16, limits: ConnectionLimits = .patient) async throws -> NIOPeerConnection {
        let addresses = try await AddressResolver(network: self).addresses(of: "127.0.0.1", port: port)
        return try await TCPConnector(network: self).connect(to: addresses[0], limits: limits)
    }
}

extension ScanOptions {
    /// As `ConnectionLimits.patient`.
    static var patient: ScanOptions {
        var options = ScanOptions()
        options.connectTimeout = 600_000
        options.answerTimeout = 600_000
        options.connectionTimeout = 600_000
        options.targetTimeout = 600_000
        return options
    }
}

extension Network {
    /// A dialer for an endpoint on this machine, with a budget of its own.
    func dialer(to endpoint: Endpoint, options: ScanOptions = .patient) async throws -> NetworkDialer {
        let host = options.proxy?.host ?? endpoint.host
        let port = options.proxy?.port ?? endpoint.port
        let addresses = try await AddressResolver(network: self).addresses(of: host, port: port)
        return NetworkDialer(to: endpoint, at: addresses[0], options: options, network: self, budget: ConnectionBudget(options))
    }
}

/// Runs something with a network that is shut down afterwards.
@discardableResult
func withNetwork<Value>(_ body: (Network) async throws -> Value) async throws -> Value {
    let network = Network()
    do {
        let value = try await body(network)
        try await network.shutdown()
        return value
    } catch {
        try await network.shutdown()
        throw error
    }
}

/// Everything a peer says until it closes its side.
func everything(from connection: any PeerConnection) async throws(TransportFailure) -> [UInt8] {
    var all: [UInt8] = []
    while true {
        let bytes = try await connection.receive()
        if bytes.isEmpty { return all }
        all += bytes
    }
}
