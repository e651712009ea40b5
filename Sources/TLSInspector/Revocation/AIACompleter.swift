internal import OpenSSL

/// Fetches the intermediates that a peer forgot to send, from where the certificates say they are (RFC 5280 §4.2.2.1, caIssuers).
///
/// What is fetched is taken only if it signed the certificate that pointed at it; whether it is trusted is decided elsewhere.
public struct AIACompleter: Sendable {
    /// Issuers that are fetched for one chain.
    public static let maximumStepCount = 5
    /// URLs that are asked for one chain.
    public static let maximumURLCount = 10

    let fetcher: any Fetcher

    public init(fetcher: any Fetcher) {
        self.fetcher = fetcher
    }

    /// Follows the issuers from the leaf on.
    ///
    /// - Parameters:
    ///   - chain: DER, the leaf first, the others in any order.
    ///   - anchors: DER of trusted roots: nothing is fetched beyond a certificate that one of them issued.
    public func complete(_ chain: [[UInt8]], anchors: [[UInt8]] = []) async -> AIACompletion {
        var walk = IssuerWalk()
        guard walk.begin(chain.prefix(ServedChain.maximumCount)) else { return walk.completion }
        walk.addAnchors(anchors)
        while let place = walk.nextMissing() {
            guard walk.completion.certificates.count < Self.maximumStepCount else {
                walk.stop("\(place.name) is the last whose issuer is not fetched, after \(Self.maximumStepCount) others.")
                break
            }
            await fetchIssuer(of: place, &walk)
        }
        return walk.completion
    }

    private func fetchIssuer(of place: IssuerWalk.Place, _ walk: inout IssuerWalk) async {
        guard !place.urls.isEmpty else { return walk.stop("\(place.name) does not say where its issuer's certificate is.") }
        for url in place.urls {
            guard walk.askedURLCount < Self.maximumURLCount else {
                return walk.stop(
                    "\(place.name) names more places for its issuer's certificate than the \(Self.maximumURLCount) that are asked.")
            }
            walk.askedURLCount += 1
            let request = FetchRequest(
                url, accept: "application/pkix-cert, application/pkcs7-mime, */*", maximumByteCount: CertificateBundle.maximumByteCount)
            do throws(FetchFailure) {
                let bytes = try await fetcher.fetch(request)
                if walk.take(bytes, from: url) { return }
            } catch {
                walk.note("The certificate of an issuer cannot be had from \"\(url)\": \(error).")
            }
        }
        walk.stop("\(place.name) has an issuer whose certificate was not found.")
    }
}
