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

    init(index: Int, chain: ServedChain, context: JudgementContext) {
        self.index = index
        self.chain = chain
        let facts = context.certificates.indices.contains(index) ? context.certificates[index] : []
        self.certificates = !facts.isEmpty && facts.count == chain.certificates.count ? facts : nil
        self.report = context.chainReports.indices.contains(index) ? context.chainReports[index] : nil
        self.revocation = context.revocation.indices.contains(index) ? context.revocation[index] : []
        self.time = context.time
    }

    var leaf: CertificateFacts? { certificates?.first }

    /// What names a certificate in evidence.
    static func evidence(_ certificate: CertificateFacts) -> [Evidence] {
        [Evidence("certificate", certificate.subject), Evidence("fingerprint", certificate.fingerprint)]
    }
}
