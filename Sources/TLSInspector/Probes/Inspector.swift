internal import OpenSSL

/// Finds out what endpoints offer. One value scans as many as it is asked to, side by side.
public struct Inspector: Sendable {
    private let options: ScanOptions
    private let network: Network

    /// - Parameter network: the threads that connections run on; shared by all scans of a command.
    public init(options: ScanOptions, network: Network) {
        self.options = options
        self.network = network
    }

    /// Looks at one endpoint: at the first of its addresses that answers, or at all of them if the options say so.
    ///
    /// It never throws: what went wrong is in the result, and where nothing could be found out, its `failure`.
    /// - Returns: one scan for each address looked at; at least one.
    public func scan(_ endpoint: Endpoint) async -> [EndpointScan] {
        let addresses: [NetworkAddress]
        do {
            addresses = try await self.addresses(of: endpoint)
        } catch {
            let reason = options.proxy == nil ? error.undecided : Undecided(.preamble, "the proxy: \(error.description)")
            return [.nothing(endpoint, address: nil, reason)]
        }
        return options.allAddresses ? await scanAll(endpoint, addresses) : [await scanFirst(endpoint, addresses)]
    }

    /// Through a proxy it is the proxy that looks the name up, and its address that is dialled.
    private func addresses(of endpoint: Endpoint) async throws(ResolutionFailure) -> [NetworkAddress] {
        let resolver = AddressResolver(network: network)
        let host = options.proxy?.host ?? endpoint.host
        let port = options.proxy?.port ?? endpoint.port
        return try await resolver.addresses(of: host, port: port, family: options.addressFamily, timeout: options.connectTimeout)
    }

    private func scanFirst(_ endpoint: Endpoint, _ addresses: [NetworkAddress]) async -> EndpointScan {
        var last: EndpointScan?
        for address in addresses {
            let scan = await scan(endpoint, at: address)
            // An address that cannot be reached is not the endpoint's last word, if it has another one.
            guard let failure = scan.failure, [.refused, .unreachable, .timedOut].contains(failure.reason) else { return scan }
            if last == nil { last = scan }
        }
        return last ?? .nothing(endpoint, address: nil, Undecided(.unreachable, "the name has no address"))
    }

    private func scanAll(_ endpoint: Endpoint, _ addresses: [NetworkAddress]) async -> [EndpointScan] {
        var scans: [EndpointScan] = []
        for address in addresses { scans.append(await scan(endpoint, at: address)) }
        return scans.isEmpty ? [.nothing(endpoint, address: nil, Undecided(.unreachable, "the name has no address"))] : scans
    }

    private func scan(_ endpoint: Endpoint, at address: NetworkAddress) async -> EndpointScan {
        let budget = ConnectionBudget(options)
        let dialer = NetworkDialer(to: endpoint, at: address, options: options, network: network, budget: budget)
        var plain = endpoint
        plain.startTLS = nil
        let plainDialer = NetworkDialer(to: plain, at: address, options: options, network: network, budget: budget)
        let shown = options.proxy == nil ? address.text : nil
        do {
            let factory = try HelloFactory(serverName: endpoint.serverName)
            return await AddressScan(
                endpoint: endpoint, address: shown, prober: Prober(dialer: dialer), plainDialer: plainDialer, factory: factory,
                options: options
            ).run()
        } catch {
            return .nothing(endpoint, address: shown, Undecided(.unsupported, error.description))
        }
    }
}
