/// What TLS 1.3 encrypts: certificates, staples, extensions, requests for a certificate. One handshake for each kind of certificate.
struct TLS13Certificates: Sendable {
    struct Result: Sendable {
        var chains: [ServedChain] = []
        var schemes: Fact<[TLSSignatureScheme]>
        var seenExtensions: Set<ExtensionType> = []
        var alpn: Set<String> = []
        var hasStaple = false
        /// Why the certificates could not be seen, if they could not.
        var failure: Undecided?
    }

    let dialer: any Dialer
    let serverName: String?
    let suites: [CipherSuite]
    let groups: [NamedGroup]

    /// Kinds of keys that a server may have one certificate each of; no server has more.
    private static let maximumKindCount = 6

    func run() async -> Result {
        var result = Result(schemes: .untested("TLS 1.3 is not offered"))
        guard groups.contains(where: { TLS13Offer.computable($0) != nil }) else {
            let reason = Undecided(.unsupported, "the server takes key exchanges only that this program cannot compute")
            return Result(schemes: .unknown(reason), failure: reason)
        }
        var remaining = TLSSignatureScheme.offered
        var seen: [TLSSignatureScheme] = []
        for kind in 0..<Self.maximumKindCount where !remaining.isEmpty {
            switch await flight(remaining, protocols: kind == 0 ? ["h2", "http/1.1"] : ["http/1.1"]) {
            case .success(let flight):
                add(flight, to: &result)
                seen.append(flight.signatureScheme)
                let key = flight.signatureScheme.attributes?.key
                remaining.removeAll { $0 == flight.signatureScheme || (key != nil && $0.attributes?.key == key) }
            case .failure(let failure):
                if seen.isEmpty || !failure.isRefusal { result.failure = failure.undecided }
                result.schemes = seen.isEmpty ? .unknown(failure.undecided) : .known(seen.sorted())
                return result
            }
        }
        result.schemes = .known(seen.sorted())
        return result
    }

    private func flight(_ schemes: [TLSSignatureScheme], protocols: [String]) async -> Swift.Result<TLS13Flight, HandshakeFailure> {
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
