/// What TLS 1.3 encrypts: certificates, staples, extensions, requests for a certificate. One handshake for each kind of certificate.
struct TLS13Certificates: Sendable {
    struct Result: Sendable {
        var chains: [ServedChain] = []
        var schemes: Fact<[TLSSignatureScheme]>
        var seenExtensions: Set<ExtensionType> = []
        var alpn: Set<String> = []
        var hasStaple = false
        /// What is accepted by ALPN, if that was asked.
        var allProtocols: Fact<[String]>?
    }

    let dialer: any Dialer
    let serverName: String?
    let suites: [CipherSuite]
    let groups: [NamedGroup]
    /// Whether ALPN is enumerated here, because no older version does it in the clear.
    let asksForAllProtocols: Bool

    /// Kinds of keys that a server may have one certificate each of; no server has more.
    private static let maximumKindCount = 6

    func run() async -> Result {
        var result = Result(schemes: .untested("TLS 1.3 is not offered"))
        guard groups.contains(where: { TLS13Offer.computable($0) != nil }) else {
            let reason = Undecided(.unsupported, "the server takes key exchanges only that this program cannot compute")
            return Result(schemes: .unknown(reason), allProtocols: .unknown(reason))
        }
        var remaining = TLSSignatureScheme.offered
        var seen: [TLSSignatureScheme] = []
        for _ in 0..<Self.maximumKindCount where !remaining.isEmpty {
            switch await flight(remaining, protocols: HelloFactory.protocols) {
            case .success(let flight):
                add(flight, to: &result)
                seen.append(flight.signatureScheme)
                let key = flight.signatureScheme.attributes?.key
                remaining.removeAll { $0 == flight.signatureScheme || (key != nil && $0.attributes?.key == key) }
            case .failure(let failure):
                let isWhole = !seen.isEmpty && failure.isRefusal
                result.schemes = isWhole ? .known(seen.sorted()) : .unknown(failure.undecided)
                return await withProtocols(result)
            }
        }
        result.schemes = .known(seen.sorted())
        return await withProtocols(result)
    }

    /// By removal, beginning with what was taken already.
    private func withProtocols(_ known: Result) async -> Result {
        guard asksForAllProtocols, !known.chains.isEmpty else { return known }
        var result = known
        var taken = known.alpn
        for _ in HelloFactory.protocols where !taken.isEmpty {
            let remaining = HelloFactory.protocols.filter { !taken.contains($0) }
            guard !remaining.isEmpty else { break }
            switch await attempt(TLSSignatureScheme.offered, protocols: remaining) {
            case .success(let flight):
                guard let name = Self.applicationProtocol(flight), taken.insert(name).inserted else {
                    result.allProtocols = .known(taken.sorted())
                    return result
                }
            case .failure(let failure):
                result.allProtocols = failure.isRefusal ? .known(taken.sorted()) : .unknown(failure.undecided)
                return result
            }
        }
        result.allProtocols = .known(taken.sorted())
        return result
    }

    /// A server that insists on a protocol of its own is asked once more without any.
    private func flight(_ schemes: [TLSSignatureScheme], protocols: [String]) async -> Swift.Result<TLS13Flight, HandshakeFailure> {
        let first = await attempt(schemes, protocols: protocols)
        guard case .failure(.alert(let alert)) = first, alert.code == Alert.noApplicationProtocol else { return first }
        return await attempt(schemes, protocols: [])
    }

    private func attempt(_ schemes: [TLSSignatureScheme], protocols: [String]) async -> Swift.Result<TLS13Flight, HandshakeFailure> {
        let connection: any PeerConnection
        do { connection = try await dialer.dial() } catch { return .failure(.transport(error)) }
        let outcome: Swift.Result<TLS13Flight, HandshakeFailure>
        do {
            outcome = .success(try await TLS13Handshake(over: connection, offering: offer(schemes, protocols)).run())
        } catch {
            outcome = .failure(error)
        }
        await connection.close()
        return outcome
    }

    private func offer(_ schemes: [TLSSignatureScheme], _ protocols: [String]) -> TLS13Offer {
        var offer = TLS13Offer()
        offer.cipherSuites = offer.cipherSuites.filter(suites.contains)
        offer.groups = offer.groups.filter(groups.contains)
        offer.signatureSchemes = schemes
        offer.applicationProtocols = protocols
        offer.serverName = serverName
        return offer
    }

    private func add(_ flight: TLS13Flight, to result: inout Result) {
        result.seenExtensions.formUnion(flight.encryptedExtensions.extensions.map(\.type))
        result.seenExtensions.formUnion(flight.serverHello.extensions.map(\.type))
        if let name = Self.applicationProtocol(flight) { result.alpn.insert(name) }
        let leaf = flight.certificate.entries.first
        if leaf?.stapledResponse != nil { result.hasStaple = true }
        result.chains.merge(
            ServedChain(
                certificates: flight.certificate.certificates.map(CertificateBytes.init), versions: [.tls13],
                stapledResponse: leaf?.stapledResponse.map(CertificateBytes.init),
                timestamps: leaf?.timestamps?.timestamps.map(CertificateBytes.init) ?? []))
    }

    private static func applicationProtocol(_ flight: TLS13Flight) -> String? {
        do {
            return try flight.encryptedExtensions.applicationProtocol().map { String(decoding: $0, as: UTF8.self) }
        } catch {
            return nil
        }
    }
}

extension HandshakeFailure {
    /// The server said no to the offer, so that there is nothing more to see.
    fileprivate var isRefusal: Bool {
        switch self {
        case .alert: true
        case .transport(let failure): failure.reason == .closed || failure.reason == .reset
        case .wire, .unsupported: false
        }
    }
}
