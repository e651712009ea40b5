public import Findings

/// One endpoint as it is reported: what was found out about it, and what was concluded from that.
///
/// Whoever scans and judges makes these; what is in this folder only turns them into bytes. Equal values give equal bytes.
public struct JudgedScan: Sendable, Hashable {
    public var scan: EndpointScan
    /// Of each of the scan's chains, in their order.
    public var chains: [JudgedChain]
    /// In the order of reports.
    public var findings: [Finding]
    /// Nil if nobody graded.
    public var grade: Grade?

    public init(scan: EndpointScan, chains: [JudgedChain] = [], findings: [Finding] = [], grade: Grade? = nil) {
        self.scan = scan
        self.chains = chains
        self.findings = findings.inReportOrder()
        self.grade = grade
    }

    /// `A+`, `T`, … Nil if nobody graded, or nobody could.
    public var letter: String? { grade?.letter?.rawValue }
}

/// One chain that a server presents, read and judged.
public struct JudgedChain: Sendable, Hashable {
    /// As they were sent, the leaf first; without those that could not be read.
    public var certificates: [CertificateFacts]
    /// Nil if the chain was not inspected.
    public var report: ChainReport?
    public var revocation: [RevocationFacts]
    /// What stood in the way of knowing more, in sentences.
    public var notes: [String]

    public init(
        certificates: [CertificateFacts], report: ChainReport? = nil, revocation: [RevocationFacts] = [], notes: [String] = []
    ) {
        self.certificates = certificates
        self.report = report
        self.revocation = revocation
        self.notes = notes
    }
}

extension JudgedChain: Encodable {}

extension EndpointScan {
    /// `example.com:443 (192.0.2.1)`; with what tells it from others at the same port. For people.
    public var name: String {
        var parts = address.map { $0 == endpoint.host ? [] : [$0] } ?? []
        if let startTLS = endpoint.startTLS { parts.append("STARTTLS \(startTLS.rawValue)") }
        if let serverName = endpoint.serverName, serverName != endpoint.host { parts.append("SNI \(serverName)") }
        if endpoint.serverName == nil, AddressLiteral(endpoint.host) == nil { parts.append("no SNI") }
        return parts.isEmpty ? endpoint.text : "\(endpoint.text) (\(parts.joined(separator: ", ")))"
    }

    /// What scans are sorted by: by bytes, so that the order is the same everywhere.
    var sortKey: [String] {
        [endpoint.host, "\(endpoint.port)".leftPadded(to: 5), endpoint.startTLS?.rawValue ?? "", endpoint.serverName ?? "", address ?? ""]
    }
}

extension Sequence<JudgedScan> {
    /// By endpoint and address, whatever came first.
    public func sortedByEndpoint() -> [JudgedScan] {
        sorted { $0.scan.sortKey.lexicographicallyPrecedes($1.scan.sortKey) { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    }
}

extension String {
    /// Numbers of equal length, with leading zeros.
    func leftPadded(to width: Int) -> String { String(repeating: "0", count: Swift.max(0, width - utf8.count)) + self }
}
