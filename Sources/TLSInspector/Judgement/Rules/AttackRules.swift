internal import Findings

/// Attacks that follow from what is offered. Nothing is sent for them, and the evidence says so.
extension JudgementRule {
    static let attacks: [JudgementRule] = [poodle, beast, lucky13, freak, logjam, crime]

    private static let inferred = Evidence("basis", "inferred from what is offered; the attack was not tried")

    private static func inferring(_ evidence: [Evidence]) -> [Violation] { evidence.isEmpty ? [] : [Violation(evidence + [inferred])] }

    private static let poodle = JudgementRule(
        "tls-poodle", .high, "SSLv3 with CBC suites is open to POODLE.", needs: ["protocols.SSLv3."], remedy: .versions,
        references: [cve("2014-3566"), "https://www.openssl.org/~bodo/ssl-poodle.pdf"]
    ) { view in inferring(view.evidence(in: [.ssl3]) { $0.isCBC }) }

    private static let beast = JudgementRule(
        "tls-beast", .low, "CBC suites up to TLS 1.0 are open to BEAST where a client does not split records.",
        needs: ["protocols.SSLv3.", "protocols.TLSv1.0."], remedy: .versions, references: [cve("2011-3389"), rfc(7457, "2.2")]
    ) { view in inferring(view.evidence(in: [.ssl3, .tls10]) { $0.isCBC }) }

    private static let lucky13 = JudgementRule(
        "tls-lucky13", .info, "CBC suites without encrypt-then-MAC rest on the library keeping the time of its checks constant (Lucky 13).",
        needs: ["protocols.", "extensions.encryptThenMAC"], remedy: .suites,
        references: [cve("2013-0169"), "https://www.isg.rhul.ac.uk/tls/TLStiming.pdf"]
    ) { view in
        guard view.scan.extensions.encryptThenMAC.value == false else { return [] }
        return inferring(view.evidence(in: [.tls10, .tls11, .tls12]) { $0.isCBC })
    }

    private static let freak = JudgementRule(
        "tls-freak", .high, "RSA keys of 512 bits for export are offered (FREAK).",
        needs: ["protocols."], remedy: .suites, references: [cve("2015-0204"), "https://www.smacktls.com/"]
    ) { view in
        var evidence = view.evidence { $0.isExport && $0.isRSAKeyExchange }
        if let bits = view.scan.keyExchange.exportRSABits.first { evidence.append(Evidence("temporary key", "\(bits) bits")) }
        return inferring(evidence)
    }

    private static let logjam = JudgementRule(
        "tls-logjam", .high, "Diffie-Hellman groups are used that can be, or have been, solved in advance (Logjam).",
        needs: ["protocols.", "keyExchange.finiteField"], remedy: .finiteField,
        references: [cve("2015-4000"), "https://weakdh.org/imperfect-forward-secrecy-ccs15.pdf"]
    ) { view in
        let groups = view.scan.keyExchange.finiteField.filter { $0.isExport || $0.bits <= 1024 }
        let suites = view.evidence { $0.isExport && $0.isDHE }
        return inferring(groups.map { Evidence("group", $0.summary) } + suites)
    }

    private static let crime = JudgementRule(
        "tls-crime", .medium, "The server compresses, which gives away cookies by the length of records (CRIME).",
        needs: ["extensions.compression"], remedy: .compression, references: [cve("2012-4929"), rfc(7525, "3.3")]
    ) { view in
        view.scan.extensions.compression.value == true ? [Violation([Evidence("compression", "DEFLATE was accepted")])] : []
    }
}

extension FiniteFieldParameters {
    /// `1024 bits, MODP-1024 (Oakley 2), known to everybody`
    var summary: String {
        let origin: String =
            switch self.origin {
            case .standard: "standard"
            case .common: "shipped to everybody by a product"
            case .own: "not known from elsewhere"
            }
        return (["\(bits) bits"] + [name, origin, isExport ? "for export" : nil].compactMap { $0 }).joined(separator: ", ")
    }
}
