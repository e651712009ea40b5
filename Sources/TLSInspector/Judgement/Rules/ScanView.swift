internal import Findings

/// A scan as rules ask it: what is known counts, what is unknown is neither yes nor no.
struct ScanView: Sendable {
    let scan: EndpointScan
    let context: JudgementContext
    let chains: [ChainView]
    /// Versions that are known to be offered, oldest first.
    let offered: [ProtocolVersion]
    private let suitesByVersion: [ProtocolVersion: [CipherSuite]]

    init(scan: EndpointScan, context: JudgementContext) {
        self.scan = scan
        self.context = context
        let offered = scan.protocols.filter { $0.isOffered.value == true }
        self.offered = offered.map(\.version).sorted()
        self.suitesByVersion = Dictionary(offered.map { ($0.version, $0.cipherSuites.value ?? []) }, uniquingKeysWith: { $0 + $1 })
        self.chains = scan.chains.indices.map { ChainView(index: $0, in: scan, context: context) }
    }

    func offers(_ version: ProtocolVersion) -> Bool { offered.contains(version) }
    /// Whether it is known that the version is not offered.
    func refuses(_ version: ProtocolVersion) -> Bool { scan.protocols.contains { $0.version == version && $0.isOffered.value == false } }
    func suites(of version: ProtocolVersion) -> [CipherSuite] { suitesByVersion[version] ?? [] }

    /// Offered versions from SSLv3 to TLS 1.2, which have suites of the old kind.
    var classicVersions: [ProtocolVersion] { offered.filter { (.ssl3 ... .tls12).contains($0) } }
    var classicSuites: Set<CipherSuite> { Set(classicVersions.flatMap { suites(of: $0) }) }
    var offersCBC: Bool { classicSuites.contains { $0.traits.isCBC } }
    /// All kinds of suites of all offered versions.
    var allSuites: Set<CipherSuite> { Set(offered.flatMap { suites(of: $0) }) }

    /// Whether no version may have suites that were not seen.
    var knowsAllSuites: Bool {
        scan.protocols.allSatisfy { facts in
            facts.version == .ssl2 || facts.isOffered.value == false || (facts.isOffered.value == true && facts.cipherSuites.value != nil)
        }
    }

    /// Suites of the versions that are of some kind: one evidence for each version that has one.
    func evidence(in versions: [ProtocolVersion]? = nil, of isMeant: (SuiteTraits) -> Bool) -> [Evidence] {
        (versions ?? offered).compactMap { version in
            let names = suites(of: version).filter { isMeant($0.traits) }.map(\.name)
            return names.isEmpty ? nil : Evidence("suites of \(version)", names.joined(separator: ", "))
        }
    }

    /// One violation that names the suites, if there are any.
    func violation(in versions: [ProtocolVersion]? = nil, of isMeant: (SuiteTraits) -> Bool) -> [Violation] {
        let evidence = evidence(in: versions, of: isMeant)
        return evidence.isEmpty ? [] : [Violation(evidence)]
    }

    /// DHE is offered, and nobody knows in which group.
    var lacksFiniteField: Bool { scan.keyExchange.finiteField.isEmpty && classicSuites.contains { $0.traits.isDHE } }
    /// Certificates are used, and none is known.
    var lacksChain: Bool { chains.isEmpty && allSuites.contains { $0.traits.needsCertificate } }

    func probe(_ id: VulnerabilityFact.Identifier) -> VulnerabilityFact? { scan.vulnerabilities.first { $0.id == id } }

    /// `example.com:443 (192.0.2.1)`
    var resource: String {
        guard let address = scan.address, address != scan.endpoint.host else { return scan.endpoint.text }
        return "\(scan.endpoint.text) (\(address))"
    }

    var location: FindingLocation { FindingLocation(uri: "tls://\(scan.endpoint.text)") }
}
