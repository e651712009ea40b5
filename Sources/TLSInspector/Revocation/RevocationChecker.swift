internal import OpenSSL

/// Finds out whether the certificates of a path were revoked: from the response that was stapled, from OCSP responders, from CRLs.
///
/// Nothing it reports is a guess: an answer that cannot be believed is `invalid`, one that cannot be had is `unavailable`, each with why.
public struct RevocationChecker: Sendable {
    public enum Breadth: Sendable, Hashable {
        /// Further sources are asked until one says good or revoked.
        case firstAnswer
        /// All are asked, so that contradictions show.
        case everySource
    }

    /// URLs of one kind that are asked for one certificate.
    public static let maximumURLCount = 4

    let fetcher: any Fetcher
    let time: Int64
    let breadth: Breadth

    /// - Parameter time: seconds since 1970 at which answers have to be valid.
    public init(fetcher: any Fetcher, time: Int64, breadth: Breadth = .firstAnswer) {
        self.fetcher = fetcher
        self.time = time
        self.breadth = breadth
    }

    /// Looks at each certificate that is followed by its issuer's, which leaves out the root.
    ///
    /// - Parameters:
    ///   - path: the leaf first; at most ``ServedChain/maximumCount`` are looked at.
    ///   - stapledResponse: DER of the response that came with the handshake; it is about the leaf.
    public func check(_ path: [PathCertificate], stapledResponse: [UInt8]? = nil) async -> RevocationReport {
        let path = Array(path.prefix(ServedChain.maximumCount))
        let reports = await withTaskGroup(of: Part.self) { group in
            for index in path.indices.dropLast() {
                group.addTask {
                    let staple = index == 0 ? stapledResponse : nil
                    return Part(index: index, report: await check(path[index], issuer: path[index + 1], staple))
                }
            }
            var parts: [Part] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.index < $1.index }.map(\.report)
        }
        var problems = reports.flatMap(\.problems)
        if let last = path.last, !last.facts.isSelfSigned {
            problems.append(
                RevocationProblem(
                    .noIssuer, fingerprint: last.facts.fingerprint,
                    "Whether the certificate \"\(last.facts.subject)\" was revoked was not checked: its issuer's certificate is missing."))
        }
        return RevocationReport(facts: reports.flatMap(\.facts), problems: problems)
    }

    private struct Part: Sendable {
        let index: Int
        let report: RevocationReport
    }

    private func check(_ certificate: PathCertificate, issuer: PathCertificate, _ staple: [UInt8]?) async -> RevocationReport {
        var facts: [RevocationFacts] = []
        if let staple { facts.append(read(staple, for: certificate, issuer, url: nil)) }
        for url in certificate.facts.ocspURLs.prefix(Self.maximumURLCount) where wantsMore(than: facts) {
            facts.append(await askOCSP(url, certificate, issuer))
        }
        for url in certificate.facts.crlURLs.prefix(Self.maximumURLCount) where wantsMore(than: facts) {
            facts.append(await askCRL(url, certificate, issuer))
        }
        let problems = [
            Self.missingSourceProblem(of: certificate.facts, staple: staple),
            Self.contradiction(in: facts, about: certificate.facts),
        ]
        return RevocationReport(facts: facts, problems: problems.compactMap { $0 })
    }

    private func wantsMore(than facts: [RevocationFacts]) -> Bool {
        breadth == .everySource || !facts.contains { $0.status == .good || $0.status == .revoked }
    }
}
