internal import OpenSSL

/// Reads the chains of a scan, asks whoever may be asked about them, and judges all of it: from facts to what is reported.
public struct ScanJudge: Sendable {
    /// Whom certificates' URLs may be asked of; true if addresses of private networks may be asked too.
    public typealias MakeFetcher = @Sendable (_ allowsPrivateAddresses: Bool) -> any Fetcher

    private let trust: TrustStore
    private let time: Int64
    public var profile: Profile?
    /// Debian's weak keys, if at hand.
    public var blocklist: DebianBlocklist?
    /// Whether the guide of SSL Labs gives a letter.
    public var wantsGrade = false
    /// Ask responders and fetch lists. Nil looks at stapled responses only.
    public var revocation: MakeFetcher?
    /// Fetch certificates of issuers that a server forgot.
    public var completion: MakeFetcher?

    /// - Parameter time: the moment to judge at, in seconds since 1970.
    public init(trust: TrustStore, time: Int64) {
        self.trust = trust
        self.time = time
    }

    public func judge(_ scan: EndpointScan) async -> JudgedScan {
        var chains: [JudgedChain] = []
        for chain in scan.chains { chains.append(await judge(chain, of: scan)) }
        let context = JudgementContext(
            time: time, profile: profile, certificates: chains.map(\.certificates), chainReports: chains.map(\.report),
            revocation: chains.map(\.revocation))
        return JudgedScan(
            scan: scan, chains: chains, findings: TLSJudge.findings(for: scan, context: context),
            grade: wantsGrade ? Grade(scan: scan, context: context) : nil)
    }

    private func judge(_ chain: ServedChain, of scan: EndpointScan) async -> JudgedChain {
        // An endpoint of a private network may have its authority there; one out in the internet has not.
        let isPrivate = scan.address.flatMap(AddressLiteral.init).map { !AddressScope.isGlobal($0.bytes) } ?? false
        return await judge(
            chain: chain.certificates.map(\.bytes), stapledResponse: chain.stapledResponse?.bytes,
            host: scan.endpoint.serverName ?? scan.endpoint.host, allowsPrivateAddresses: isPrivate)
    }

    /// Judges a chain that came from anywhere.
    /// - Parameters:
    ///   - sent: DER, the leaf first.
    ///   - stapledResponse: DER of the OCSP response that came with it.
    ///   - host: the name that it has to be for; nil to leave names out.
    public func judge(
        chain sent: [[UInt8]], stapledResponse: [UInt8]? = nil, host: String?, allowsPrivateAddresses isPrivate: Bool = false
    ) async -> JudgedChain {
        var judged = JudgedChain(certificates: [])
        for (index, der) in sent.enumerated() {
            do throws(CertificateError) {
                judged.certificates.append(try CertificateFacts(der: der, blocklist: blocklist))
            } catch {
                judged.notes.append("Certificate \(index + 1) of the chain cannot be read: \(error.description).")
            }
        }
        var fetched: [[UInt8]] = []
        if let completion {
            let result = await AIACompleter(fetcher: completion(isPrivate)).complete(sent, anchors: anchors(of: sent))
            fetched = result.certificates
            judged.notes += result.problems
        }
        let report = ChainInspector(trust: trust, time: time, blocklist: blocklist).inspect(
            chain: sent, host: host, extra: fetched)
        judged.report = report
        let path = path(report.path, sent + fetched, notes: &judged.notes)
        if let revocation {
            let checker = RevocationChecker(fetcher: revocation(isPrivate), time: time)
            let answers = await checker.check(path, stapledResponse: stapledResponse)
            judged.revocation = answers.facts
            judged.notes += answers.problems.map(\.sentence)
        } else if let stapledResponse, path.count > 1 {
            judged.revocation = await readStaple(stapledResponse, path)
        }
        return judged
    }

    /// The stapled response alone: a leaf without URLs leaves nobody to ask.
    private func readStaple(_ staple: [UInt8], _ path: [PathCertificate]) async -> [RevocationFacts] {
        var leaf = path[0]
        (leaf.facts.ocspURLs, leaf.facts.crlURLs) = ([], [])
        let checker = RevocationChecker(fetcher: NoFetcher(), time: time)
        return await checker.check([leaf, path[1]], stapledResponse: staple).facts
    }

    /// Trusted certificates that may have issued one of these.
    private func anchors(of chain: [[UInt8]]) -> [[UInt8]] {
        chain.flatMap { der -> [[UInt8]] in
            // What cannot be read has no issuer; it is told where the chain is read.
            guard case .success(let certificate) = Self.read(der) else { return [] }
            return trust.issuers(of: certificate).map(\.certificate.der)
        }
    }

    private static func read(_ der: [UInt8]) -> Result<X509Certificate, OpenSSLError> {
        Result { () throws(OpenSSLError) in try X509Certificate(der: der) }
    }

    /// The certificates of a path that was found, from those at hand and from the trusted ones.
    private func path(_ fingerprints: [String], _ known: [[UInt8]], notes: inout [String]) -> [PathCertificate] {
        var path: [PathCertificate] = []
        do throws(CertificateError) {
            var candidates: [PathCertificate] = []
            for der in known {
                guard case .success = Self.read(der) else { continue }
                candidates.append(try PathCertificate(der: der))
            }
            for fingerprint in fingerprints {
                if let found = candidates.first(where: { $0.facts.fingerprint == fingerprint }) {
                    path.append(found)
                } else if let last = path.last, let anchor = try anchor(fingerprint, issuerOf: last.der) {
                    path.append(anchor)
                }
            }
        } catch {
            notes.append("The revocation of the chain cannot be looked at: \(error.description).")
        }
        return path
    }

    private func anchor(_ fingerprint: String, issuerOf der: [UInt8]) throws(CertificateError) -> PathCertificate? {
        for root in anchors(of: [der]) {
            let certificate = try PathCertificate(der: root)
            if certificate.facts.fingerprint == fingerprint { return certificate }
        }
        return nil
    }
}

/// For who may ask nobody.
private struct NoFetcher: Fetcher {
    func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8] {
        throw FetchFailure(.internalFailure, "nothing is fetched without being asked for")
    }
}
