internal import Findings

/// One cell of a scan that was to be known and is not.
struct UndecidedCell: Sendable, Hashable {
    /// `protocols.TLSv1.2.isOffered`, `extensions.heartbeat`: the members of the scan's JSON form.
    let path: String
    let reason: String
    /// What rules call it: the path, of chains without the number.
    let kind: String

    init(path: String, reason: String, kind: String? = nil) {
        self.path = path
        self.reason = reason
        self.kind = kind ?? path
    }

    var evidence: Evidence { Evidence(path, reason) }

    /// All of them, in the order of the scan.
    static func all(in view: ScanView) -> [UndecidedCell] {
        let scan = view.scan
        var cells = CellCollector()
        for version in ProtocolVersion.allCases {
            guard let facts = scan.protocols.first(where: { $0.version == version }) else {
                cells.add("protocols.\(version).isOffered", "it is not in the scan")
                continue
            }
            cells.add("protocols.\(version).isOffered", facts.isOffered)
            guard facts.isOffered.value != false else { continue }
            cells.add("protocols.\(version).cipherSuites", facts.cipherSuites)
            cells.addNameless("protocols.\(version).cipherSuites", facts.cipherSuites) { $0.traits.isKnown || $0.isSignalling }
            cells.add("protocols.\(version).preference", facts.preference)
            cells.add("protocols.\(version).prioritizesChaCha", facts.prioritizesChaCha)
        }
        cells.add(scan.keyExchange)
        cells.add(scan.extensions)
        cells.add(scan.sessions)
        cells.add("clientAuthentication", scan.clientAuthentication)
        cells.add("http", scan.http)
        cells.add(scan.tolerance)
        for fact in scan.vulnerabilities { cells.add("vulnerabilities.\(fact.id.rawValue)", fact.verdict) }
        cells.add("startTLSInjection", scan.startTLSInjection)
        if view.lacksFiniteField { cells.add("keyExchange.finiteField", "suites with DHE are offered, and no group of theirs was seen") }
        if view.lacksChain { cells.add("chains.certificates", "suites with certificates are offered, and none was seen") }
        view.chains.forEach { cells.add($0) }
        return cells.cells
    }
}

/// Asks every cell whether it is unknown.
private struct CellCollector {
    private(set) var cells: [UndecidedCell] = []

    mutating func add(_ path: String, _ reason: String) { cells.append(UndecidedCell(path: path, reason: reason)) }

    mutating func add<Value>(_ path: String, _ fact: Fact<Value>) {
        guard case .unknown(let undecided) = fact else { return }
        add(path, undecided.description)
    }

    /// Numbers that stand in no table: nothing can be concluded from them.
    mutating func addNameless<Point: CodePoint>(_ path: String, _ fact: Fact<[Point]>, _ isKnown: (Point) -> Bool) {
        let nameless = (fact.value ?? []).filter { !isKnown($0) }.map(\.hexadecimal)
        if !nameless.isEmpty { add("\(path) (nameless)", "in no table: " + nameless.joined(separator: ", ")) }
    }

    mutating func add(_ facts: KeyExchangeFacts) {
        addNameless("keyExchange.tls13Groups", facts.tls13Groups) { $0.attributes != nil }
        addNameless("keyExchange.tls12Groups", facts.tls12Groups) { $0.attributes != nil }
        addNameless("keyExchange.tls12SignatureSchemes", facts.tls12SignatureSchemes) { $0.attributes != nil }
        addNameless("keyExchange.tls13SignatureSchemes", facts.tls13SignatureSchemes) { $0.attributes != nil }
        add("keyExchange.tls13Groups", facts.tls13Groups)
        add("keyExchange.tls13GroupPreference", facts.tls13GroupPreference)
        add("keyExchange.tls12Groups", facts.tls12Groups)
        add("keyExchange.reusesECDHKey", facts.reusesECDHKey)
        add("keyExchange.reusesDHKey", facts.reusesDHKey)
        add("keyExchange.tls12SignatureSchemes", facts.tls12SignatureSchemes)
        add("keyExchange.tls13SignatureSchemes", facts.tls13SignatureSchemes)
        add("keyExchange.finiteFieldWithoutRFC7919", facts.finiteFieldWithoutRFC7919)
    }

    mutating func add(_ facts: ExtensionFacts) {
        add("extensions.extendedMasterSecret", facts.extendedMasterSecret)
        add("extensions.encryptThenMAC", facts.encryptThenMAC)
        add("extensions.secureRenegotiation", facts.secureRenegotiation)
        add("extensions.sessionTickets", facts.sessionTickets)
        add("extensions.heartbeat", facts.heartbeat)
        add("extensions.maxFragmentLength", facts.maxFragmentLength)
        add("extensions.truncatedHMAC", facts.truncatedHMAC)
        add("extensions.compression", facts.compression)
        add("extensions.alpn", facts.alpn)
        add("extensions.fallbackSCSV", facts.fallbackSCSV)
        add("extensions.downgradeSentinel", facts.downgradeSentinel)
        add("extensions.stapling", facts.stapling)
    }

    mutating func add(_ facts: SessionFacts) {
        add("sessions.resumesBySessionID", facts.resumesBySessionID)
        add("sessions.resumesByTicket", facts.resumesByTicket)
        add("sessions.resumesInTLS13", facts.resumesInTLS13)
        add("sessions.ticketLifetime", facts.ticketLifetime)
        add("sessions.earlyData", facts.earlyData)
        add("sessions.clientRenegotiation", facts.clientRenegotiation)
    }

    mutating func add(_ facts: ToleranceFacts) {
        add("tolerance.futureVersion", facts.futureVersion)
        add("tolerance.longHello", facts.longHello)
        add("tolerance.hugeHello", facts.hugeHello)
        add("tolerance.unknownExtension", facts.unknownExtension)
        add("tolerance.unknownCipherSuites", facts.unknownCipherSuites)
        add("tolerance.manyCipherSuites", facts.manyCipherSuites)
        add("tolerance.unknownServerName", facts.unknownServerName)
        add("tolerance.fragmentedHello", facts.fragmentedHello)
        add("tolerance.dropsTLS13", facts.dropsTLS13)
    }

    mutating func add(_ chain: ChainView) {
        func add(_ member: String, _ reason: String) {
            cells.append(UndecidedCell(path: "chains.\(chain.index).\(member)", reason: reason, kind: "chains.\(member)"))
        }
        if chain.certificates == nil { add("certificates", "they were not all read") }
        if chain.report == nil { add("report", "nobody looked whether the chain can be trusted") }
        if chain.chain.stapledResponse != nil, !chain.revocation.contains(where: { $0.source == .stapled }) {
            add("stapledResponse", "it was not checked")
        }
    }
}
