import TLSInspector

/// Finds out what an endpoint offers: the inspector, and in tests whatever answers at once.
protocol EndpointScanner: Sendable {
    /// One scan for each address that was looked at, at least one. What went wrong is in it.
    func scan(_ endpoint: Endpoint) async -> [EndpointScan]
    /// Ends what scans of this run share.
    func shutdown() async throws
}

/// The inspector with its threads.
struct NetworkScanner: EndpointScanner {
    private let network: Network
    private let inspector: Inspector

    init(_ options: ScanOptions) {
        network = Network()
        inspector = Inspector(options: options, network: network)
    }

    func scan(_ endpoint: Endpoint) async -> [EndpointScan] { await inspector.scan(endpoint) }

    func shutdown() async throws { try await network.shutdown() }
}
