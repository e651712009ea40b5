internal import Findings

/// One endpoint with all that was found, on one line: for runs over many targets, where nobody waits for the last one (JSON Lines).
public struct ScanLine: Sendable {
    private let judged: JudgedScan

    public init(_ judged: JudgedScan) { self.judged = judged }

    /// UTF-8, ending in a line feed.
    public func bytes() throws(ReportError) -> [UInt8] {
        try ReportJSON.encode(
            Line(
                scan: judged.scan, chains: judged.chains, findings: judged.findings, grade: judged.grade,
                undecided: try judged.scan.undecidedFacts().map { OpenFact(path: $0.path, reason: $0.reason) }), isOneLine: true)
    }
}

private struct Line: Encodable {
    let scan: EndpointScan
    let chains: [JudgedChain]
    let findings: [Finding]
    let grade: Grade?
    let undecided: [OpenFact]
}

private struct OpenFact: Encodable {
    let path: String
    let reason: Undecided
}
