/// A letter that a server cannot get above, and why.
struct GradeCap: Sendable {
    let letter: GradeLetter
    let sentence: String

    init(_ letter: GradeLetter, _ sentence: String) {
        self.letter = letter
        self.sentence = "Not above \(letter.rawValue): \(sentence)."
    }

    static func all(_ view: ScanView, scores: GradeScores) -> [GradeCap] {
        trust(view) + failing(view, scores) + cBound(view) + bBound(view, scores)
    }

    private static func trust(_ view: ScanView) -> [GradeCap] {
        var caps: [GradeCap] = []
        let codes = view.chains.flatMap(\.problems).map(\.code)
        for code in ChainProblem.Code.allCases where codes.contains(code) && isTrustProblem(code) {
            caps.append(GradeCap(.untrusted, "the chain is not to be trusted (\(code.rawValue))"))
        }
        let untrusted = view.chains.filter { $0.report?.isTrusted == false }
        // A chain that nobody trusts for a reason that is not told; those with a reason were capped for it, or are below.
        if untrusted.contains(where: { chain in !(chain.report?.problems ?? []).contains { isReason($0.code) } }) {
            caps.append(GradeCap(.untrusted, "the chain is not trusted"))
        }
        if view.chains.contains(where: { $0.revocation.contains { $0.status == .revoked } }) {
            caps.append(GradeCap(.untrusted, "a certificate has been revoked"))
        }
        if view.scan.endpoint.startTLS != nil { caps.append(GradeCap(.untrusted, "STARTTLS can be taken out of the plain text before it")) }
        if codes.contains(.nameMismatch) || codes.contains(.commonNameOnly) {
            caps.append(GradeCap(.mismatch, "the certificate is not for this name"))
        }
        return caps
    }

    /// With these flaws nobody can know who the server is.
    private static func isTrustProblem(_ code: ChainProblem.Code) -> Bool { code.breaksTrust && !hasOwnCap(code) }

    /// With these a chain is not trusted either.
    private static func isReason(_ code: ChainProblem.Code) -> Bool { code.breaksTrust || hasOwnCap(code) }

    /// Small keys have a score, names and gaps a letter of their own; what could not be checked gives no letter at all.
    private static func hasOwnCap(_ code: ChainProblem.Code) -> Bool {
        [.missingIntermediate, .smallKey, .leafIsCA, .nameMismatch, .commonNameOnly, .unverifiable].contains(code)
    }

    private static func failing(_ view: ScanView, _ scores: GradeScores) -> [GradeCap] {
        var caps: [GradeCap] = []
        func cap(_ isTrue: Bool, _ sentence: String) { if isTrue { caps.append(GradeCap(.f, sentence)) } }
        cap(view.offers(.ssl2), "SSLv2 is offered")
        cap(view.allSuites.contains { $0.traits.isExport }, "suites for export are offered")
        cap(view.allSuites.contains { $0.traits.isShort || $0.traits.isNull }, "suites with less than 112 bits are offered")
        cap(view.allSuites.contains { $0.traits.isAnonymous }, "anonymous suites are offered")
        let leaves = view.chains.flatMap { $0.certificates ?? [] }
        cap(leaves.contains { $0.isSignedWithMD && !$0.isSelfSigned }, "a certificate is signed with MD2 or MD5")
        cap(leaves.contains { $0.key.exponent == "1" }, "an RSA key has the exponent 1")
        for id in [VulnerabilityFact.Identifier.heartbleed, .ccsInjection, .ticketbleed, .drown, .robot] {
            let verdict = view.probe(id)?.verdict.value
            cap(verdict == .vulnerable || verdict == .weak, "the server is vulnerable (\(id.rawValue))")
        }
        cap(view.offered.last == .ssl3, "SSLv3 is the best version")
        cap(scores.keyExchange <= 40, "the key exchange is too weak")
        return caps
    }

    private static func cBound(_ view: ScanView) -> [GradeCap] {
        var caps: [GradeCap] = []
        func cap(_ isTrue: Bool, _ sentence: String) { if isTrue { caps.append(GradeCap(.c, sentence)) } }
        cap(!view.offers(.tls12) && !view.offers(.tls13), "neither TLS 1.2 nor TLS 1.3 is offered")
        cap(view.scan.extensions.compression.value == true, "the server compresses (CRIME)")
        cap(!view.evidence(in: [.ssl3]) { $0.isCBC }.isEmpty, "SSLv3 with CBC suites is offered (POODLE)")
        let newer = view.offered.filter { $0 >= .tls11 }
        cap(!view.evidence(in: newer) { $0.hasShortBlocks }.isEmpty, "blocks of 64 bits are used with TLS 1.1 or later (SWEET32)")
        cap(!view.evidence(in: newer) { $0.isRC4 }.isEmpty, "RC4 is used with TLS 1.1 or later")
        return caps
    }

    private static func bBound(_ view: ScanView, _ scores: GradeScores) -> [GradeCap] {
        var caps: [GradeCap] = []
        func cap(_ isTrue: Bool, _ sentence: String) { if isTrue { caps.append(GradeCap(.b, sentence)) } }
        for version in [ProtocolVersion.ssl3, .tls10, .tls11] { cap(view.offers(version), "\(version) is offered") }
        cap(!view.allSuites.contains { $0.traits.isAEAD }, "no authenticated encryption is offered")
        cap(!view.allSuites.contains { $0.traits.hasForwardSecrecy }, "no forward secrecy is offered")
        cap(!view.evidence(in: [.ssl3, .tls10]) { $0.isCBC }.isEmpty, "CBC suites are used up to TLS 1.0 (BEAST)")
        cap(view.allSuites.contains { $0.traits.isRC4 }, "RC4 is offered")
        let codes = view.chains.flatMap(\.problems).map(\.code)
        cap(codes.contains(.missingIntermediate), "the chain is incomplete")
        cap(scores.keyExchange <= 80, "the key exchange is weak")
        return caps
    }
}

extension CertificateFacts {
    fileprivate var isSignedWithMD: Bool { ["md2", "md4", "md5"].contains { signatureAlgorithm.lowercased().contains($0) } }
}
