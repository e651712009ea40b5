internal import Findings

/// One endpoint in a few lines for people. Lines may hold anything that a server sent: who shows them makes them harmless.
///
///     example.com:443 (192.0.2.1)
///       TLSv1.2   1 suite
///                 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
///       TLSv1.3   2 suites, in the client's order
///                 TLS_AES_128_GCM_SHA256
///                 TLS_AES_256_GCM_SHA384
///       refused   SSLv2, SSLv3, TLSv1.0, TLSv1.1
///       groups    X25519MLKEM768, x25519, secp256r1
///       quantum   key exchange withstands quantum computers
///       chain 1   CN=example.com; EC secp256r1; until 2026-12-31, 33 days; issued by CN=R11; trusted
///       also      extended master secret, secure renegotiation, ALPN h2
///       grade     A
public struct ScanText: Sendable {
    private let judged: JudgedScan
    private let time: Int64

    /// - Parameter time: now, in seconds since 1970: what remaining days are counted from.
    public init(_ judged: JudgedScan, time: Int64) {
        self.judged = judged
        self.time = time
    }

    private var scan: EndpointScan { judged.scan }

    /// `example.com:443  TLSv1.2 TLSv1.3  grade A  2 findings: 1 high, 1 low`
    public func line() throws(ReportError) -> String {
        if let failure = scan.failure { return "\(scan.name)  failed: \(failure)" }
        let versions = offered.map(\.version.name)
        var parts = [scan.name, versions.isEmpty ? "no version" : versions.joined(separator: " ")]
        if let grade = judged.grade { parts.append("grade \(grade.letter?.rawValue ?? "none")") }
        parts.append("\(FindingsSummary(judged.findings))")
        let undecided = try scan.undecidedFacts()
        if !undecided.isEmpty { parts.append("\(undecided.count) undecided") }
        return parts.joined(separator: "  ")
    }

    /// All lines of the endpoint, the name first.
    public func lines() throws(ReportError) -> [String] {
        if let failure = scan.failure { return [scan.name, field("failed", "\(failure)")] }
        var lines = [scan.name]
        for facts in offered {
            lines.append(field(facts.version.name, Self.text(facts)))
            lines += (facts.ssl2CipherKinds ?? facts.cipherSuites.value?.map(\.name) ?? []).map { field("", $0) }
        }
        let refused = scan.protocols.filter { $0.isOffered.value == false }.map(\.version.name)
        if !refused.isEmpty { lines.append(field("refused", refused.joined(separator: ", "))) }
        lines += keyExchange
        for (index, chain) in judged.chains.enumerated() {
            lines.append(field("chain \(index + 1)", text(chain)))
            lines += chain.notes.map { field("", $0) }
        }
        lines += extras
        for fact in scan.vulnerabilities where fact.verdict.value == .vulnerable || fact.verdict.value == .weak {
            lines.append(field("attack", "\(fact.id.rawValue): \(fact.detail)"))
        }
        for fact in try scan.undecidedFacts() { lines.append(field("undecided", "\(fact.path): \(fact.reason)")) }
        if let grade = judged.grade {
            lines.append(field("grade", grade.letter?.rawValue ?? "none"))
            lines += grade.reasons.map { field("", $0) }
        }
        return lines
    }

    private var offered: [ProtocolFacts] { scan.protocols.filter { $0.isOffered.value == true } }

    private func field(_ name: String, _ text: String) -> String {
        "  \(name)\(String(repeating: " ", count: max(1, 10 - name.count)))\(text)"
    }

    private static func text(_ facts: ProtocolFacts) -> String {
        if let kinds = facts.ssl2CipherKinds { return "\(kinds.count) cipher kinds" }
        guard let suites = facts.cipherSuites.value else { return "suites not known" }
        let order =
            switch facts.preference.value {
            case .server: ", in the server's order"
            case .client: ", in the client's order"
            case .undetermined, nil: ""
            }
        let chaCha = facts.prioritizesChaCha.value == true ? ", ChaCha20 first for clients that want it" : ""
        return "\(suites.count) suite\(suites.count == 1 ? "" : "s")\(order)\(chaCha)"
    }

    private var keyExchange: [String] {
        var lines: [String] = []
        let groups = scan.keyExchange.offeredGroups
        if !groups.isEmpty { lines.append(field("groups", groups.map(\.name).joined(separator: ", "))) }
        switch scan.keyExchange.offersPostQuantum {
        case true: lines.append(field("quantum", "key exchange withstands quantum computers"))
        case false: lines.append(field("quantum", "no key exchange that withstands quantum computers"))
        default: break
        }
        let finiteField = scan.keyExchange.finiteField.map { "\($0.bits) bits, \($0.name ?? "a group of its own")" }
        if !finiteField.isEmpty { lines.append(field("DH", finiteField.joined(separator: "; "))) }
        return lines
    }

    private func text(_ chain: JudgedChain) -> String {
        guard let leaf = chain.certificates.first else { return "cannot be read" }
        let key = leaf.key.curve ?? leaf.key.bits.map { "\(leaf.key.algorithm) \($0)" } ?? leaf.key.algorithm
        let days = ReportText.days(from: time, to: leaf.notAfter)
        let life =
            days < 0
            ? "expired on \(CertificateDate.text(leaf.notAfter))"
            : "until \(CertificateDate.text(leaf.notAfter)), \(CountText.of(days, "day"))"
        var parts = [leaf.subject.isEmpty ? leaf.dnsNames.first ?? "no name" : leaf.subject, key, life, "issued by \(leaf.issuer)"]
        if let report = chain.report { parts.append(report.isTrusted ? "trusted" : "not trusted") }
        for facts in chain.revocation where facts.fingerprint == leaf.fingerprint {
            parts.append("\(facts.source.rawValue): \(facts.status.rawValue)")
        }
        return parts.joined(separator: "; ")
    }

    private var extras: [String] {
        let extensions = scan.extensions
        var names: [String] = []
        if extensions.extendedMasterSecret.value == true { names.append("extended master secret") }
        if extensions.encryptThenMAC.value == true { names.append("encrypt-then-MAC") }
        if extensions.secureRenegotiation.value == true { names.append("secure renegotiation") }
        if extensions.fallbackSCSV.value == true { names.append("fallback protection") }
        if extensions.stapling.value == true { names.append("OCSP stapling") }
        if let protocols = extensions.alpn.value, !protocols.isEmpty { names.append("ALPN \(protocols.joined(separator: " "))") }
        if let policy = scan.http.value?.strictTransportSecurity { names.append("HSTS \(policy)") }
        return names.isEmpty ? [] : [field("also", names.joined(separator: ", "))]
    }
}
