internal import Findings

/// One endpoint with all that was found, on one line: for runs over many targets, where nobody waits for the last one (JSON Lines).
public struct ScanLine: Sendable {
    private let judged: JudgedScan

    public init(_ judged: JudgedScan) { self.judged = judged }

    /// UTF-8, ending in a line feed.
    public func bytes() throws(ReportError) -> [UInt8] {
        try ReportJSON.encode(
            Line(scan: judged.scan, chains: judged.chains.map(Chain.init), findings: judged.findings, grade: judged.grade), isOneLine: true)
    }
}

private struct Line: Encodable {
    let scan: EndpointScan
    let chains: [Chain]
    let findings: [Finding]
    let grade: String?
}

private struct Chain: Encodable {
    let certificates: [CertificateFacts]
    let report: ChainReport?
    let revocation: [RevocationFacts]

    init(_ chain: JudgedChain) {
        certificates = chain.certificates
        report = chain.report
        revocation = chain.revocation
    }
}
