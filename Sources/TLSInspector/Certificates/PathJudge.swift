internal import OpenSSL

/// Holds one path against the rules of RFC 5280 §6, and those that clients have beyond it.
struct PathJudge {
    let path: CertificatePath
    /// Seconds since 1970.
    let time: Int64

    /// Hashes that signatures can be forged with.
    private static let weakDigests: Set<String> = ["MD2", "MD4", "MD5", "SHA1", "MDC2", "MD5-SHA1", "RIPEMD160"]

    func problems() throws(CertificateError) -> [ChainProblem] {
        var problems: [ChainProblem] = []
        for index in path.members.indices {
            let member = path.members[index]
            problems += dates(member) + keys(member) + standards(member)
            problems += try signature(index)
            problems += index == 0 ? leaf(member) : try issuer(index)
        }
        return problems + end()
    }

    private func dates(_ member: ChainMember) -> [ChainProblem] {
        let facts = member.facts
        if time < facts.notBefore {
            let start = CertificateDate.text(facts.notBefore)
            let wait = CertificateDate.dayCount(facts.notBefore - time)
            return [member.problem(.notYetValid, "\(member.title) is valid from \(start) on, in \(wait).")]
        }
        guard time > facts.notAfter else { return [] }
        let ago = CertificateDate.dayCount(time - facts.notAfter)
        return [member.problem(.expired, "\(member.title) expired on \(CertificateDate.text(facts.notAfter)), \(ago) ago.")]
    }

    private func keys(_ member: ChainMember) -> [ChainProblem] {
        var problems: [ChainProblem] = []
        let key = member.facts.key
        if let text = KeyJudgement.smallness(key) { problems.append(member.problem(.smallKey, "\(member.title) has \(text).")) }
        for weakness in key.weaknesses {
            problems.append(member.problem(.weakKey, "\(member.title) has a key \(KeyJudgement.sentencePart(weakness))."))
        }
        if key.curve == "explicit" {
            let text = "\(member.title) gives its curve by numbers instead of its name, which lets a forger choose them."
            problems.append(member.problem(.weakKey, text))
        }
        return problems
    }

    private func standards(_ member: ChainMember) -> [ChainProblem] {
        var problems: [ChainProblem] = []
        let certificate = member.certificate
        if !member.facts.unknownCriticalExtensions.isEmpty {
            let list = member.facts.unknownCriticalExtensions.joined(separator: ", ")
            problems.append(member.problem(.unknownCritical, "\(member.title) has critical extensions that no client knows: \(list)."))
        }
        let isZero = certificate.serialNumber.allSatisfy { $0 == 0 }
        if isZero || certificate.isSerialNumberNegative || certificate.serialNumber.count > 20 {
            let text = "\(member.title) has a serial number that is not positive or has more than 20 bytes."
            problems.append(member.problem(.notStandard, text))
        }
        if member.facts.version != 3, !isAnchor(member) {
            problems.append(member.problem(.notStandard, "\(member.title) has version \(member.facts.version) of X.509, not 3."))
        }
        return problems
    }

    private func signature(_ index: Int) throws(CertificateError) -> [ChainProblem] {
        let member = path.members[index]
        if let reason = path.unverified[index] {
            let detail = reason.isEmpty ? "" : " (\(reason))"
            let algorithm = member.facts.signatureAlgorithm
            let text = "The signature of \(member.quoted) is \(algorithm), which the installed libcrypto cannot check\(detail)."
            return [member.problem(.unverifiable, text)]
        }
        // Nobody relies on the signature of a root below itself, or of what is trusted as it is.
        guard !isAnchor(member), index < path.members.count - 1 || !member.isSelfIssued || index == 0 else { return [] }
        let signature = try CertificateError.wrapping { () throws(OpenSSLError) in try member.certificate.signature() }
        guard signature.isConsistent else {
            let text = "\(member.title) names one signature algorithm where it is signed and another where the signature stands."
            return [member.problem(.malformed, text)]
        }
        guard let digest = signature.digest, Self.weakDigests.contains(digest.uppercased()) else { return [] }
        let text = "\(member.title) is signed with \(member.facts.signatureAlgorithm), and signatures with that hash can be forged."
        return [member.problem(.weakSignature, text)]
    }

    private func leaf(_ member: ChainMember) -> [ChainProblem] {
        var problems: [ChainProblem] = []
        let facts = member.facts
        if facts.isCA == true {
            problems.append(member.problem(.leafIsCA, "\(member.title) is the server's and yet may sign certificates itself (CA:TRUE)."))
        }
        if let text = usage(facts) { problems.append(member.problem(.wrongUsage, "\(member.title) \(text).")) }
        if case .anchored(isPublic: true) = path.end, path.members.count > 1 {
            let limit = ValidityCalendar.maximumDays(notBefore: facts.notBefore)
            let lifetime = facts.notAfter - facts.notBefore + 1
            if lifetime > limit * CertificateDate.secondsPerDay {
                let days = CertificateDate.dayCount(lifetime + CertificateDate.secondsPerDay - 1)
                let day = CertificateDate.text(facts.notBefore)
                let text = "\(member.title) is valid for \(days), and the rule for public ones issued on \(day) is at most \(limit) days."
                problems.append(member.problem(.validityTooLong, text))
            }
        }
        return problems
    }

    /// What the extensions about usage forbid, of a server's certificate.
    private func usage(_ facts: CertificateFacts) -> String? {
        if let extended = facts.extendedKeyUsage, !extended.contains("serverAuth"), !extended.contains("anyExtendedKeyUsage") {
            return "is not for servers: its extended key usage is \(extended.joined(separator: ", "))"
        }
        let needed: Set = ["digitalSignature", "keyEncipherment", "keyAgreement"]
        if let usage = facts.keyUsage, needed.isDisjoint(with: usage) {
            return "is not for TLS: its key usage is \(usage.isEmpty ? "empty" : usage.joined(separator: ", "))"
        }
        return nil
    }

    private func end() -> [ChainProblem] {
        guard let last = path.members.last else { return [] }
        switch path.end {
        case .anchored: return []
        case .untrustedRoot:
            if path.members.count == 1 {
                return [last.problem(.selfSigned, "\(last.title) is signed by itself, and is not trusted.")]
            }
            return [last.problem(.unknownRoot, "The chain is complete, but ends at a root that is not trusted: \(last.quoted).")]
        case .missingIssuer:
            let place = last.facts.issuerURLs.isEmpty ? "" : "; it can be had at \(last.facts.issuerURLs.joined(separator: ", "))"
            let text = "The issuer \"\(last.facts.issuer)\" of \(last.quoted) was neither sent nor is it trusted\(place)."
            return [last.problem(.missingIntermediate, text)]
        case .invalidSignature:
            return [last.problem(.invalidSignature, "The signature of \(last.quoted) was not made by the key of its issuer.")]
        case .searchLimit: return [Self.searchLimit(last)]
        }
    }

    static func searchLimit(_ member: ChainMember) -> ChainProblem {
        member.problem(.malformed, "The certificates name one another in so many ways that the search for a path was given up.")
    }

    func isAnchor(_ member: ChainMember) -> Bool {
        path.isAnchored && member.fingerprint == path.members.last?.fingerprint
    }
}

extension ChainMember {
    func problem(_ code: ChainProblem.Code, _ sentence: String) -> ChainProblem {
        ChainProblem(code, fingerprint: fingerprint, sentence)
    }
}
