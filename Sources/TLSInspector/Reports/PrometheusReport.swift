internal import Findings

/// Scans in Prometheus' text format 0.0.4, for the textfile collector of the node exporter or whoever serves a file.
///
/// | metric | labels besides `target`, `server_name`, `address` | value |
/// |---|---|---|
/// | `coffer_tls_scan_success` | | 1 if anything could be found out, else 0 |
/// | `coffer_tls_scan_undecided_facts` | | how many facts stayed undecided |
/// | `coffer_tls_protocol_offered` | `version` | 1 or 0; absent while undecided |
/// | `coffer_tls_cipher_suites` | `version` | how many are accepted |
/// | `coffer_tls_group_offered` | `group` | 1 |
/// | `coffer_tls_post_quantum_key_exchange` | | 1 or 0; absent while undecided |
/// | `coffer_tls_certificate_not_before_seconds`, `…_not_after_seconds` | `chain`, `position`, `common_name`, `fingerprint` | Unix time |
/// | `coffer_tls_chain_trusted` | `chain` | 1 or 0 |
/// | `coffer_tls_findings` | `severity` | how many |
/// | `coffer_tls_grade` | `grade` | 1 |
/// | `coffer_tls_scan_timestamp_seconds` | none at all | when it was written |
public struct PrometheusReport: Sendable {
    private let time: Int64

    /// - Parameter time: now, in seconds since 1970.
    public init(time: Int64) { self.time = time }

    /// UTF-8. Samples of one metric stand together, as the format demands.
    public func bytes(_ judged: some Sequence<JudgedScan>) throws(ReportError) -> [UInt8] {
        var families = Self.families
        for scan in judged.sortedByEndpoint() { try Self.add(scan, to: &families) }
        families.append(MetricFamily("coffer_tls_scan_timestamp_seconds", "When these metrics were written, in seconds since 1970."))
        families[families.count - 1].add([], time)
        return Array(families.map(\.text).joined().utf8)
    }

    private static let families = [
        MetricFamily("coffer_tls_scan_success", "Whether anything could be found out about the endpoint."),
        MetricFamily("coffer_tls_scan_undecided_facts", "How many facts could not be decided."),
        MetricFamily("coffer_tls_protocol_offered", "Whether the version of the protocol is offered."),
        MetricFamily("coffer_tls_cipher_suites", "How many cipher suites are accepted in the version."),
        MetricFamily("coffer_tls_group_offered", "Groups for key exchange that are offered."),
        MetricFamily("coffer_tls_post_quantum_key_exchange", "Whether a group is offered that withstands quantum computers."),
        MetricFamily("coffer_tls_certificate_not_before_seconds", "When the certificate begins to be valid, in seconds since 1970."),
        MetricFamily("coffer_tls_certificate_not_after_seconds", "When the certificate expires, in seconds since 1970."),
        MetricFamily("coffer_tls_chain_trusted", "Whether the chain leads to a root that is trusted."),
        MetricFamily("coffer_tls_findings", "How many findings there are of the severity."),
        MetricFamily("coffer_tls_grade", "The grade of the endpoint."),
    ]

    private static func add(_ judged: JudgedScan, to families: inout [MetricFamily]) throws(ReportError) {
        var samples = samples(of: judged.scan)
        for (number, chain) in judged.chains.enumerated() { samples += self.samples(of: chain, number: number) }
        samples.append(Sample("scan_undecided_facts", Int64(try judged.scan.undecidedFacts().count)))
        // Where nothing was seen, no findings is not a figure.
        if judged.scan.failure == nil {
            let summary = FindingsSummary(judged.findings)
            samples += Severity.allCases.map { Sample("findings", Int64(summary[$0]), [("severity", $0.rawValue)]) }
        }
        if let letter = judged.letter { samples.append(Sample("grade", 1, [("grade", letter)])) }
        let endpoint = labels(judged.scan)
        for sample in samples {
            guard let index = families.firstIndex(where: { $0.name == "coffer_tls_\(sample.name)" }) else {
                preconditionFailure("every metric is in the table above")
            }
            families[index].add(endpoint + sample.labels, sample.value)
        }
    }

    private static func labels(_ scan: EndpointScan) -> [(name: String, value: String)] {
        var labels = [(name: "target", value: scan.endpoint.text)]
        if let startTLS = scan.endpoint.startTLS { labels.append(("starttls", startTLS.rawValue)) }
        if let serverName = scan.endpoint.serverName { labels.append(("server_name", serverName)) }
        if let address = scan.address { labels.append(("address", address)) }
        return labels
    }

    private static func samples(of scan: EndpointScan) -> [Sample] {
        var samples = [Sample("scan_success", scan.failure == nil ? 1 : 0)]
        for facts in scan.protocols {
            let version = [(name: "version", value: facts.version.name)]
            if let isOffered = facts.isOffered.value { samples.append(Sample("protocol_offered", isOffered ? 1 : 0, version)) }
            if let suites = facts.cipherSuites.value { samples.append(Sample("cipher_suites", Int64(suites.count), version)) }
        }
        samples += scan.keyExchange.offeredGroups.map { Sample("group_offered", 1, [("group", $0.name)]) }
        if let offers = scan.keyExchange.offersPostQuantum { samples.append(Sample("post_quantum_key_exchange", offers ? 1 : 0)) }
        return samples
    }

    private static func samples(of chain: JudgedChain, number: Int) -> [Sample] {
        var samples: [Sample] = []
        for (position, certificate) in chain.certificates.enumerated() {
            let labels = [
                (name: "chain", value: "\(number)"), ("position", "\(position)"), ("common_name", certificate.commonName ?? ""),
                ("fingerprint", certificate.fingerprint),
            ]
            samples.append(Sample("certificate_not_before_seconds", certificate.notBefore, labels))
            samples.append(Sample("certificate_not_after_seconds", certificate.notAfter, labels))
        }
        if let report = chain.report { samples.append(Sample("chain_trusted", report.isTrusted ? 1 : 0, [("chain", "\(number)")])) }
        return samples
    }
}

/// One figure of one endpoint.
private struct Sample {
    let name: String
    let value: Int64
    /// Besides those of the endpoint.
    let labels: [(name: String, value: String)]

    init(_ name: String, _ value: Int64, _ labels: [(name: String, value: String)] = []) {
        self.name = name
        self.value = value
        self.labels = labels
    }
}
