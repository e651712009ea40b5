internal import AgeFormat
internal import OpenSSL

extension RevocationChecker {
    /// Asks a responder: by GET, which caches can answer, where the question is short enough and GET is understood, else by POST (RFC 6960
    /// §A.1, RFC 5019 §5).
    func askOCSP(_ url: String, _ certificate: PathCertificate, _ issuer: PathCertificate) async -> RevocationFacts {
        var facts = RevocationFacts(source: .ocsp, fingerprint: certificate.facts.fingerprint, url: url, status: .unavailable)
        do throws(OpenSSLError) {
            let question = try OCSPRequest(certificate: certificate.der.bytes, issuer: issuer.der.bytes)
            switch await answer(to: question, url) {
            case .success(let response): return read(response, for: certificate, issuer, url: url)
            case .failure(let failure): facts.problem = "The OCSP responder \"\(url)\" gave no answer: \(failure)."
            }
        } catch {
            facts.problem = "The OCSP responder \"\(url)\" was not asked: \(error)."
        }
        return facts
    }

    private func answer(to question: OCSPRequest, _ url: String) async -> Result<[UInt8], FetchFailure> {
        do throws(FetchFailure) {
            if let path = Self.path(for: question) {
                let separator = url.hasSuffix("/") ? "" : "/"
                do {
                    return .success(try await fetcher.fetch(Self.request(url + separator + path, .get)))
                } catch {
                    guard error.code == .status else { throw error }
                }
            }
            let method = FetchRequest.Method.post(body: question.der, contentType: OCSPRequest.contentType)
            return .success(try await fetcher.fetch(Self.request(url, method)))
        } catch {
            return .failure(error)
        }
    }

    private static func request(_ url: String, _ method: FetchRequest.Method) -> FetchRequest {
        FetchRequest(url, method: method, accept: OCSPRequest.acceptedType, maximumByteCount: OCSPResponse.maximumByteCount)
    }

    /// Nil if the question is too long for a URL.
    private static func path(for question: OCSPRequest) -> String? {
        let text = Base64.encode(question.der, padding: .required)
        var path = ""
        for character in text {
            switch character {
            case "+": path += "%2B"
            case "/": path += "%2F"
            case "=": path += "%3D"
            default: path.append(character)
            }
        }
        return path.utf8.count <= OCSPRequest.maximumGETByteCount ? path : nil
    }

    /// What a response says about a certificate.
    /// - Parameter url: where it is from; nil if it was stapled.
    func read(_ response: [UInt8], for certificate: PathCertificate, _ issuer: PathCertificate, url: String?) -> RevocationFacts {
        var facts = RevocationFacts(
            source: url == nil ? .stapled : .ocsp, fingerprint: certificate.facts.fingerprint, url: url, status: .invalid)
        do throws(OpenSSLError) {
            let response = try OCSPResponse(der: response.bytes)
            let answer = try response.check(certificate: certificate.der.bytes, issuer: issuer.der.bytes, at: time)
            (facts.thisUpdate, facts.nextUpdate) = (answer.thisUpdate, answer.nextUpdate)
            if answer.isResponderUnchecked {
                facts.problem = "The certificate of the OCSP responder does not say that it needs no check, and it was not checked."
            }
            facts.take(answer.verdict)
        } catch {
            facts.problem = "The OCSP response cannot be read: \(error)."
        }
        return facts
    }
}

extension RevocationFacts {
    fileprivate mutating func take(_ verdict: OCSPAnswer.Verdict) {
        switch verdict {
        case .good: status = .good
        case .revoked(let time, let reason):
            (status, revokedAt) = (.revoked, time)
            self.reason = reason?.description
        case .unknown:
            status = .unknownToResponder
            problem = "The OCSP responder does not know the certificate."
        case .refused(let refusal):
            if case .status = refusal { status = .unavailable } else { status = .invalid }
            problem = refusal.sentence
        }
    }

    init(source: Source, fingerprint: String, url: String?, status: Status) {
        self.init(
            source: source, fingerprint: fingerprint, url: url, status: status, revokedAt: nil, reason: nil, thisUpdate: nil,
            nextUpdate: nil, problem: nil)
    }
}
