internal import Findings

/// One chain of a scan with what is known about it.
struct ChainView: Sendable {
    /// In the scan, from 0.
    let index: Int
    let chain: ServedChain
    /// Nil if the certificates were not read, or not all of them.
    let certificates: [CertificateFacts]?
    let report: ChainReport?
    let revocation: [RevocationFacts]
    let time: Int64
    /// Only clients that send no name get it, and it need not be for this one: another chain is there for those that do.
    let isForNamelessClients: Bool

    init(index: Int, in scan: EndpointScan, context: JudgementContext) {
        let chain = scan.chains[index]
        self.index = index
        self.isForNamelessClients = chain.isDefault == true && scan.chains.contains { $0.isDefault == false }
        self.chain = chain
        let facts = context.certificates.indices.contains(index) ? context.certificates[index] : []
        self.certificates = !facts.isEmpty && facts.count == chain.certificates.count ? facts : nil
        self.report = context.chainReports.indices.contains(index) ? context.chainReports[index] : nil
        self.revocation = context.revocation.indices.contains(index) ? context.revocation[index] : []
        self.time = context.time
    }

    var leaf: CertificateFacts? { certificates?.first }

    /// Problems of the chain, without those of the name where it does not matter.
    var problems: [ChainProblem] {
        (report?.problems ?? []).filter { !isForNamelessClients || ($0.code != .nameMismatch && $0.code != .commonNameOnly) }
    }

    /// What names a certificate in evidence.
    static func evidence(_ certificate: CertificateFacts) -> [Evidence] {
        [Evidence("certificate", certificate.subject), Evidence("fingerprint", certificate.fingerprint)]
    }
}
