/// Whether a leaf is for the host that was asked for, and whether its names are such as clients honour.
struct HostJudge {
    let leaf: ChainMember
    /// Nil if no name was asked for.
    let host: String?

    func problems() -> [ChainProblem] {
        let facts = leaf.facts
        var problems = facts.dnsNames.filter(HostName.isBadWildcard).map { name in
            leaf.problem(.badWildcard, "\(leaf.title) has the name \"\(name)\", whose asterisk no client honours.")
        }
        let hasNames = !facts.dnsNames.isEmpty || !facts.ipAddresses.isEmpty
        if !hasNames, let name = facts.commonName {
            let text = "\(leaf.title) has its name \"\(name)\" in the subject only, and clients look at subjectAltName alone."
            problems.append(leaf.problem(.commonNameOnly, text))
        }
        guard let host else { return problems }
        do {
            let name = try HostName(host)
            if name.matches(dnsNames: facts.dnsNames, ipAddresses: facts.ipAddresses) { return problems }
            // Then the sentence above is the reason, and a second one about the same would hide it.
            if !hasNames, let commonName = facts.commonName, name.isCommonName(commonName) { return problems }
            problems.append(leaf.problem(.nameMismatch, mismatch(name, host)))
        } catch {
            problems.append(leaf.problem(.nameMismatch, "\(leaf.title) cannot be compared with the host: \(error.description)."))
        }
        return problems
    }

    private func mismatch(_ name: HostName, _ host: String) -> String {
        let facts = leaf.facts
        if case .address = name.form, facts.dnsNames.contains(host) {
            return "\(leaf.title) has the address \(host) as a DNS name, where clients do not look for addresses."
        }
        let names = (facts.dnsNames + facts.ipAddresses).map { name in
            Punycode.unicodeName(name).map { "\(name) (\($0))" } ?? name
        }
        guard let first = names.first else { return "\(leaf.title) is not for \(host): it has no alternative names." }
        // A certificate may have hundreds; ten show what it is for.
        let list = names.count <= 10 ? names.joined(separator: ", ") : "\(first) and \(names.count - 1) others"
        return "\(leaf.title) is not for \(host) but for \(list)."
    }
}
