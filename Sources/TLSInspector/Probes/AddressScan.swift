/// All that is found out about one endpoint at one address: first what it offers, then what follows from that.
struct AddressScan: Sendable {
    let endpoint: Endpoint
    let address: String?
    let prober: Prober
    /// To the same port, without STARTTLS spoken.
    let plainDialer: any Dialer
    let factory: HelloFactory
    let options: ScanOptions

    func run() async -> EndpointScan {
        let lanes = await VersionLanes(prober: prober, factory: factory).run()
        guard !lanes.offered.isEmpty else {
            return .nothing(endpoint, address: address, lanes.failure, lanes: lanes)
        }
        let newest = lanes.newestPlain
        let flights = FlightFacts(lanes.older.sorted { $0.key < $1.key }.flatMap(\.value.flights))
        async let extensions = ExtensionProbes(
            prober: prober, factory: factory, version: newest, suites: newest.map(lanes.suites) ?? [], offered: lanes.offered,
            olderSuites: lanes.offered.filter { $0 > .ssl2 && $0 < newest ?? .ssl2 }.max().map(lanes.suites) ?? [],
            everything: newest.flatMap { lanes.older[$0]?.everything }
        ).run()
        async let exchange = keyExchange(lanes, flights)
        async let encrypted = tls13Certificates(lanes)
        async let tolerance = tolerance(lanes)
        async let report = conversations(lanes).run()
        async let injection = conversations(lanes).injection()
        let parts = Parts(
            lanes: lanes, flights: flights, extensions: await extensions, exchange: await exchange, encrypted: await encrypted,
            tolerance: await tolerance, report: await report, injection: await injection)
        return await assemble(parts)
    }

    private struct Parts: Sendable {
        var lanes: VersionLanes.Result
        var flights: FlightFacts
        var extensions: ExtensionProbes.Result
        var exchange: KeyExchangeFacts
        var encrypted: TLS13Certificates.Result
        var tolerance: ToleranceProbes.Result
        var report: SessionReport
        var injection: Fact<Bool>
    }

    private func assemble(_ parts: Parts) async -> EndpointScan {
        let chains = chains(parts)
        let extensions = extensionFacts(parts)
        let vulnerabilities = VulnerabilityProbes(
            prober: prober, factory: factory, lanes: parts.lanes, extensions: extensions, sessions: parts.report.sessions,
            conversations: conversations(parts.lanes), isIntrusive: options.isIntrusive)
        var exchange = parts.exchange
        exchange.tls13SignatureSchemes = parts.encrypted.schemes
        return EndpointScan(
            endpoint: endpoint, address: address, failure: nil, protocols: protocols(parts.lanes), keyExchange: exchange,
            chains: chains, extensions: extensions, sessions: parts.report.sessions,
            clientAuthentication: parts.report.clientAuthentication, http: parts.report.http, tolerance: parts.tolerance.facts,
            vulnerabilities: await vulnerabilities.run(), startTLSInjection: parts.injection)
    }

    // MARK: Parts of it

    private func protocols(_ lanes: VersionLanes.Result) -> [ProtocolFacts] {
        var facts = [lanes.ssl2.facts]
        for version in [ProtocolVersion.ssl3, .tls10, .tls11, .tls12] {
            guard let result = lanes.older[version] else { continue }
            facts.append(
                ProtocolFacts(
                    version: version, isOffered: result.isOffered, cipherSuites: result.suites, preference: result.preference,
                    prioritizesChaCha: result.prioritizesChaCha, ssl2CipherKinds: nil))
        }
        facts.append(
            ProtocolFacts(
                version: .tls13, isOffered: lanes.tls13.isOffered, cipherSuites: lanes.tls13.suites,
                preference: lanes.tls13.suitePreference, prioritizesChaCha: lanes.tls13.prioritizesChaCha, ssl2CipherKinds: nil))
        return facts
    }

    private func keyExchange(_ lanes: VersionLanes.Result, _ flights: FlightFacts) async -> KeyExchangeFacts {
        let version = lanes.newestPlain
        let suites = version.map(lanes.suites) ?? []
        var groups = Fact<[NamedGroup]>.known([])
        var more: [ServerAnswer] = []
        let elliptic = suites.filter { [.ecdhe, .ecdhePSK].contains($0.attributes?.keyExchange) }
        if let version, !elliptic.isEmpty {
            let result = await GroupEnumeration12(
                prober: prober, factory: factory, version: version, suites: elliptic, seen: flights.schemes
            ).run(known: flights.groups.sorted())
            groups = result.groups
            more = result.flights
        }
        let finite = suites.filter { $0.attributes?.keyExchange == .dhe }
        var withoutStandard = Fact<Bool>.untested("no group of RFC 7919 was seen")
        if let version, !finite.isEmpty, flights.finiteField.contains(where: { $0.name?.hasPrefix("ffdhe") ?? false }) {
            let result = await FiniteFieldProbe(prober: prober, factory: factory, version: version, suites: finite).run()
            more += result.flights
            withoutStandard = result.isAnswered
        }
        let all = flights.adding(more)
        var schemes = Fact<[TLSSignatureScheme]>.known([])
        let signed = suites.filter { $0.attributes?.signsKeyExchange ?? false }
        if version == .tls12, !signed.isEmpty {
            schemes = await SchemeEnumeration12(prober: prober, factory: factory, suites: signed).run(known: all.schemes.sorted())
        }
        return KeyExchangeFacts(
            tls13Groups: lanes.tls13.groups, tls13GroupPreference: lanes.tls13.groupPreference, tls12Groups: groups,
            finiteField: all.finiteField, exportRSABits: all.exportRSABits, reusesECDHKey: all.reusesKey(finiteField: false),
            reusesDHKey: all.reusesKey(finiteField: true), tls12SignatureSchemes: schemes,
            tls13SignatureSchemes: .untested("TLS 1.3 is not offered"), finiteFieldWithoutRFC7919: withoutStandard)
    }

    private func tls13Certificates(_ lanes: VersionLanes.Result) async -> TLS13Certificates.Result {
        guard lanes.tls13.isOffered.value == true else { return .init(schemes: .untested("TLS 1.3 is not offered")) }
        let suites = lanes.tls13.suites.value ?? TLS13Suite.spoken
        let groups = lanes.tls13.groups.value ?? TLS13Offer.computableGroups
        return await TLS13Certificates(
            dialer: prober.dialer, serverName: endpoint.serverName, suites: suites, groups: groups,
            asksForAllProtocols: lanes.newestPlain == nil
        ).run()
    }

    private func tolerance(_ lanes: VersionLanes.Result) async -> ToleranceProbes.Result {
        guard let version = lanes.newestPlain ?? lanes.offered.max(), version > .ssl3 else {
            return ToleranceProbes.Result(facts: .all(.untested("no version of TLS is offered")))
        }
        let suites = version == .tls13 ? lanes.tls13.suites.value ?? TLS13Suite.spoken : lanes.suites(version)
        var result = await ToleranceProbes(
            prober: prober, factory: factory, version: version, suites: suites,
            takesManySuites: lanes.older[version]?.takesManySuites ?? .untested("TLS 1.3 has few suites"),
            hasServerName: endpoint.serverName != nil
        ).run()
        result.facts.dropsTLS13 = lanes.dropsTLS13
        return result
    }

    private func conversations(_ lanes: VersionLanes.Result) -> Conversations {
        Conversations(
            endpoint: endpoint, dialer: prober.dialer, plainDialer: plainDialer, offered: lanes.offered, options: options)
    }

    private func chains(_ parts: Parts) -> [ServedChain] {
        var chains = parts.flights.chains
        for chain in FlightFacts(parts.extensions.flights).chains + parts.encrypted.chains { chains.merge(chain) }
        if let certificate = parts.lanes.ssl2.certificate, !certificate.isEmpty {
            chains.merge(ServedChain(certificates: [CertificateBytes(certificate)], versions: [.ssl2]))
        }
        if let defaultChain = parts.tolerance.defaultChain {
            for index in chains.indices { chains[index].isDefault = chains[index].certificates == defaultChain }
            if !chains.contains(where: { $0.certificates == defaultChain }) {
                chains.append(ServedChain(certificates: defaultChain, versions: [], isDefault: true))
            }
        }
        return chains.sorted { $0.precedes($1) }
    }

    private func extensionFacts(_ parts: Parts) -> ExtensionFacts {
        var facts = parts.extensions.facts
        var seen = parts.flights.seenExtensions.union(parts.encrypted.seenExtensions)
        seen.formUnion(FlightFacts(parts.extensions.flights).seenExtensions)
        facts.seen = seen.sorted()
        if parts.encrypted.hasStaple || parts.flights.hasStaple { facts.stapling = .known(true) }
        if case .untested = facts.stapling, !parts.encrypted.chains.isEmpty { facts.stapling = .known(false) }
        if let known = facts.alpn.value {
            facts.alpn = .known(Set(known).union(parts.encrypted.alpn).sorted())
        } else if case .untested = facts.alpn, let encrypted = parts.encrypted.allProtocols {
            facts.alpn = encrypted
        }
        return facts
    }
}

extension ServedChain {
    /// By what it holds: the order does not depend on which probe saw it first.
    fileprivate func precedes(_ other: ServedChain) -> Bool {
        certificates.flatMap(\.bytes).lexicographicallyPrecedes(other.certificates.flatMap(\.bytes))
    }
}
