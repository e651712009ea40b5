internal import OpenSSL

/// One inspection of one chain, with what it remembers on the way.
struct ChainInspection {
    let inspector: ChainInspector
    private var problems: [ChainProblem] = []

    init(inspector: ChainInspector) {
        self.inspector = inspector
    }

    mutating func report(chain: [[UInt8]], host: String?, extra: [[UInt8]]) -> ChainReport {
        let sent = read(chain, limit: ChainInspector.maximumCount, what: "sent") { .sent($0) }
        guard let leaf = sent.first, leaf.source == .sent(0) else {
            if chain.isEmpty { problems.append(ChainProblem(.malformed, fingerprint: "", "The chain is empty.")) }
            return ChainReport(path: [], isTrusted: false, completedFrom: [], problems: problems)
        }
        let others = read(extra, limit: ChainInspector.maximumCount, what: "at hand") { _ in .extra }
        do {
            let search = try search(from: leaf, Array(sent.dropFirst()) + others)
            let (path, found) = try best(of: search.paths)
            if search.isCutOff, !path.isAnchored, path.end != .searchLimit {
                // Then none of the flaws below need be the reason.
                problems.append(PathJudge.searchLimit(leaf))
            }
            problems += found + order(sent, path, search.visited) + completion(path)
            problems += HostJudge(leaf: leaf, host: host).problems()
            let isTrusted = try decide(path)
            let missing = path.members.filter { !$0.isSent }.map(\.fingerprint)
            return ChainReport(path: path.members.map(\.fingerprint), isTrusted: isTrusted, completedFrom: missing, problems: problems)
        } catch {
            problems.append(leaf.problem(.malformed, "The chain of \(leaf.quoted) could not be judged: \(error.description)."))
            return ChainReport(path: [leaf.fingerprint], isTrusted: false, completedFrom: [], problems: problems)
        }
    }

    /// Reads certificates, and notes those that cannot be. Each is kept once.
    private mutating func read(_ chain: [[UInt8]], limit: Int, what: String, source: (Int) -> ChainMember.Source) -> [ChainMember] {
        var members: [ChainMember] = []
        var seen: Set<String> = []
        for (index, der) in chain.prefix(limit).enumerated() {
            do {
                let certificate = try CertificateError.wrapping { () throws(OpenSSLError) in try X509Certificate(der: der) }
                let facts = try CertificateFacts(certificate, blocklist: inspector.blocklist)
                if seen.insert(facts.fingerprint).inserted {
                    members.append(ChainMember(certificate: certificate, facts: facts, source: source(index)))
                } else if what == "sent" {
                    let text = "Certificate \(index + 1) of the chain (\"\(facts.subject)\") was sent twice."
                    problems.append(ChainProblem(.unneededCertificate, fingerprint: facts.fingerprint, text))
                }
            } catch {
                let text = "Certificate \(index + 1) of those \(what) cannot be read: \(error.description)."
                problems.append(ChainProblem(.malformed, fingerprint: fingerprint(der), text))
            }
        }
        if chain.count > limit, let last = members.last {
            let text = "There are \(chain.count) certificates \(what), of which only the first \(limit) were looked at."
            problems.append(last.problem(.notStandard, text))
        }
        return members
    }

    /// Of what is no certificate. Empty if libcrypto cannot hash, which the sentence beside it says too.
    private func fingerprint(_ der: [UInt8]) -> String {
        do {
            return Hexadecimal.text(try Digest.hash(.sha256, der.bytes))
        } catch {
            return ""
        }
    }

    private func search(from leaf: ChainMember, _ candidates: [ChainMember]) throws(CertificateError) -> PathBuilder {
        let blocklist = inspector.blocklist
        var builder = PathBuilder(trust: inspector.trust, candidates: candidates) {
            (certificate, source) throws(CertificateError) in
            ChainMember(certificate: certificate, facts: try CertificateFacts(certificate, blocklist: blocklist), source: source)
        }
        try builder.search(from: leaf)
        return builder
    }

    /// A trusted path without flaws if there is one; else a trusted one with few; else the longest.
    private func best(of paths: [CertificatePath]) throws(CertificateError) -> (CertificatePath, [ChainProblem]) {
        var best: (rank: [Int], path: CertificatePath, problems: [ChainProblem])?
        for path in paths {
            let found = try PathJudge(path: path, time: inspector.time).problems()
            let breaking = found.filter(\.code.breaksTrust).count
            let length = path.members.count
            // Of those that lead nowhere, the one that got farthest says most.
            let rank = path.isAnchored ? [0, breaking, found.count, length] : [1, -length, breaking, found.count]
            if let known = best, !rank.lexicographicallyPrecedes(known.rank) { continue }
            best = (rank, path, found)
        }
        guard let best else { throw .failed("no path was found, not even of one certificate") }
        return (best.path, best.problems)
    }

    /// Nothing wrong was found here: then libcrypto has to agree.
    private mutating func decide(_ path: CertificatePath) throws(CertificateError) -> Bool {
        guard path.isAnchored, !problems.contains(where: { $0.code.breaksTrust && isOnPath($0, path) }) else { return false }
        let certificates = path.members.map(\.certificate)
        let objection = try CertificateError.wrapping { () throws(OpenSSLError) in
            try X509Certificate.objection(to: certificates, isStrict: false)
        }
        if let objection {
            let text = "The chain of \(path.members[0].quoted) is refused by libcrypto: \(objection)."
            problems.append(path.members[0].problem(.malformed, text))
            return false
        }
        let remark = try CertificateError.wrapping { () throws(OpenSSLError) in
            try X509Certificate.objection(to: certificates, isStrict: true)
        }
        if let remark {
            let text = "The chain of \(path.members[0].quoted) is not as RFC 5280 wants it, and strict clients refuse it: \(remark)."
            problems.append(path.members[0].problem(.notStandard, text))
        }
        return true
    }

    /// A broken certificate that nobody needs breaks nothing.
    private func isOnPath(_ problem: ChainProblem, _ path: CertificatePath) -> Bool {
        path.members.contains { $0.fingerprint == problem.fingerprint }
    }
}
