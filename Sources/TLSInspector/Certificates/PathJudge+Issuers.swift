internal import OpenSSL

extension PathJudge {
    /// What is wrong with one that signs others.
    func issuer(_ index: Int) throws(CertificateError) -> [ChainProblem] {
        let member = path.members[index]
        var problems = authority(member) + pathLength(index)
        if let usage = member.facts.extendedKeyUsage, !usage.contains("serverAuth"), !usage.contains("anyExtendedKeyUsage") {
            let text = "\(member.title) must not issue for servers: its extended key usage is \(usage.joined(separator: ", "))."
            problems.append(member.problem(.wrongUsage, text))
        }
        problems += try names(index)
        return problems
    }

    private func authority(_ member: ChainMember) -> [ChainProblem] {
        // Roots of version 1 have no extensions that could say it; trusting one says it.
        if isAnchor(member), member.facts.version == 1, member.isSelfIssued { return [] }
        if member.facts.isCA != true {
            return [member.problem(.issuerNotCA, "\(member.title) signed another and is no certificate authority (CA:FALSE).")]
        }
        if let usage = member.facts.keyUsage, !usage.contains("keyCertSign") {
            return [member.problem(.issuerNotCA, "\(member.title) signed another, which its key usage does not allow (no keyCertSign).")]
        }
        return []
    }

    /// RFC 5280 §4.2.1.9: how many that are not self-issued may stand between it and the leaf.
    private func pathLength(_ index: Int) -> [ChainProblem] {
        let member = path.members[index]
        let below = path.members[1..<index].filter { !$0.isSelfIssued }.count
        guard let limit = member.facts.pathLength, below > limit else { return [] }
        let text = "\(member.title) allows \(limit) authorities below it in a chain, and there are \(below)."
        return [member.problem(.pathTooLong, text)]
    }

    private func names(_ index: Int) throws(CertificateError) -> [ChainProblem] {
        let issuer = path.members[index]
        var problems: [ChainProblem] = []
        for place in 0..<index {
            let member = path.members[place]
            if place > 0, member.isSelfIssued { continue }
            let violation = try CertificateError.wrapping { () throws(OpenSSLError) in
                try member.certificate.violation(ofConstraintsIn: issuer.certificate)
            }
            guard let violation else { continue }
            let text = "\(member.title) has names that its issuer \(issuer.label) must not certify (\(violation))."
            problems.append(member.problem(.nameConstraint, text))
        }
        return problems
    }
}
