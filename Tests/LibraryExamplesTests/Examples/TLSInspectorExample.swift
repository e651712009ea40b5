import Findings
import TLSInspector

/// Scans one endpoint, judges what was found by a guideline, and gives the facts in a form that can be kept and judged again.
/// - Parameters:
///   - authorities: the certificates that are trusted, in PEM.
///   - time: the moment to judge at, in seconds since 1970.
func inspect(
    _ endpoint: Endpoint, trusting authorities: [UInt8], at time: Int64
) async throws -> (findings: [Finding], document: [UInt8]) {
    let network = Network()
    // What goes wrong with an endpoint is in its scan.
    let scans = await Inspector(options: ScanOptions(), network: network).scan(endpoint)
    try await network.shutdown()

    var trust = TrustStore()
    try trust.add(pem: authorities, name: "our authorities", isPublic: false)
    var judge = ScanJudge(trust: trust, time: time)
    judge.profile = try Profile.named("mozilla-intermediate")

    var findings: [Finding] = []
    for scan in scans { findings += await judge.judge(scan).findings }
    return (findings, try ScanDocument(scans).bytes())
}
