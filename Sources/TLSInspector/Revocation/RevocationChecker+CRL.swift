internal import OpenSSL

extension RevocationChecker {
    /// Media types of a list (RFC 2585 §4, RFC 5280 §4.2.1.13).
    private static let listTypes = "application/pkix-crl, */*"

    func askCRL(_ url: String, _ certificate: PathCertificate, _ issuer: PathCertificate) async -> RevocationFacts {
        var facts = RevocationFacts(source: .crl, fingerprint: certificate.facts.fingerprint, url: url, status: .unavailable)
        let request = FetchRequest(url, accept: Self.listTypes, maximumByteCount: CRL.maximumByteCount)
        do throws(FetchFailure) {
            let list = try await fetcher.fetch(request)
            // Reading a list of 50 MB takes seconds.
            facts = try await FetchThread.value { [facts] in read(list, for: certificate, issuer, facts) }
        } catch {
            facts.problem = "The CRL \"\(url)\" cannot be had: \(error)."
        }
        return facts
    }

    private func read(
        _ list: [UInt8], for certificate: PathCertificate, _ issuer: PathCertificate, _ start: RevocationFacts
    ) -> RevocationFacts {
        var facts = start
        facts.status = .invalid
        do throws(OpenSSLError) {
            let list = try CRL(bytes: list.bytes)
            let answer = try list.check(certificate: certificate.der.bytes, issuer: issuer.der.bytes, at: time)
            (facts.thisUpdate, facts.nextUpdate) = (answer.thisUpdate, answer.nextUpdate)
            facts.take(answer.verdict)
        } catch {
            facts.problem = "The CRL cannot be read: \(error)."
        }
        return facts
    }
}

extension RevocationFacts {
    fileprivate mutating func take(_ verdict: CRLAnswer.Verdict) {
        switch verdict {
        case .notListed: status = .good
        case .revoked(let time, let reason):
            (status, revokedAt) = (.revoked, time)
            self.reason = reason?.description
        case .removed:
            (status, reason) = (.good, RevocationReason.removeFromCRL.description)
            problem = "The CRL lists the certificate as taken off the list again, which only delta CRLs should do."
        case .refused(let refusal): problem = refusal.sentence
        }
    }
}
