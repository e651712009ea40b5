/// Everything that flights up to TLS 1.2 say in the clear beside the suite: chains, parameters, keys.
struct FlightFacts: Sendable {
    private(set) var chains: [ServedChain] = []
    private(set) var finiteField: [FiniteFieldParameters] = []
    private(set) var exportRSABits: [Int] = []
    private(set) var groups: Set<NamedGroup> = []
    private(set) var schemes: Set<TLSSignatureScheme> = []
    private(set) var seenExtensions: Set<ExtensionType> = []
    private(set) var hasStaple = false
    private var ephemeralKeys: [EphemeralKey] = []

    init(_ flights: [ServerAnswer]) { self = FlightFacts().adding(flights) }

    private init() {}

    func adding(_ flights: [ServerAnswer]) -> FlightFacts {
        var all = self
        for flight in flights { all.add(flight) }
        all.sort()
        return all
    }

    private mutating func sort() {
        finiteField.sort { ($0.bits, $0.fingerprint, $0.isExport ? 1 : 0) < ($1.bits, $1.fingerprint, $1.isExport ? 1 : 0) }
        exportRSABits.sort()
    }

    private mutating func add(_ flight: ServerAnswer) {
        seenExtensions.formUnion(flight.hello.extensions.map(\.type))
        addChain(flight)
        guard let exchange = flight.keyExchange else { return }
        if let group = exchange.group { groups.insert(group) }
        if let scheme = exchange.scheme { schemes.insert(scheme) }
        if let key = exchange.ephemeralKey { ephemeralKeys.append(key) }
        switch exchange.message.parameters {
        case .finiteField(let prime, let generator, _): addPrime(prime, generator, flight.hello.cipherSuite.attributes?.isExport ?? false)
        case .rsa(let modulus, _): addExportRSA(ServerKeyExchange.bitCount(modulus))
        case .ellipticCurve, .srp, .unread, nil: break
        }
    }

    private mutating func addPrime(_ prime: [UInt8], _ generator: [UInt8], _ isExport: Bool) {
        let parameters: FiniteFieldParameters
        do {
            parameters = try FiniteFieldParameters(prime: prime, generator: generator, isExport: isExport)
        } catch {
            // Longer than is computed with. A DHE suite without a group is undecided to whoever judges.
            return
        }
        if !finiteField.contains(parameters) { finiteField.append(parameters) }
    }

    private mutating func addExportRSA(_ bits: Int) {
        if !exportRSABits.contains(bits) { exportRSABits.append(bits) }
    }

    private mutating func addChain(_ flight: ServerAnswer) {
        guard let message = flight[.certificate], let version = ProtocolVersion(rawValue: flight.hello.version) else { return }
        let certificates: [[UInt8]]
        do {
            certificates = try CertificateMessage(message.body).certificates
        } catch {
            // An endpoint without a chain is undecided to whoever judges.
            return
        }
        guard !certificates.isEmpty else { return }
        var staple: CertificateBytes?
        if let status = flight[.certificateStatus] {
            do { staple = CertificateBytes(try CertificateStatusMessage(status.body).response) } catch { staple = nil }
        }
        if staple != nil { hasStaple = true }
        let timestamps = flight.hello[.signedCertificateTimestamp].flatMap(Self.timestamps) ?? []
        chains.merge(
            ServedChain(
                certificates: certificates.map(CertificateBytes.init), versions: [version], stapledResponse: staple,
                timestamps: timestamps.map(CertificateBytes.init)))
    }

    private static func timestamps(_ body: [UInt8]) -> [[UInt8]]? {
        do { return try SignedCertificateTimestampList(body).timestamps } catch { return nil }
    }

    // MARK: Keys that come again

    /// Whether an ephemeral key came twice. Unknown with fewer than two keys of one group.
    func reusesKey(finiteField: Bool) -> Fact<Bool> {
        let keys = ephemeralKeys.filter { $0.isFiniteField == finiteField }
        guard !keys.isEmpty else { return .untested("no such key exchange is offered") }
        let counts = Dictionary(grouping: keys, by: \.group).values
        guard counts.contains(where: { $0.count > 1 }) else { return .untested("the server's key was seen once only") }
        return .known(Set(keys).count < keys.count)
    }
}

extension [ServedChain] {
    /// Adds a chain, or what is new about one that is there.
    mutating func merge(_ chain: ServedChain) {
        guard let index = firstIndex(where: { $0.certificates == chain.certificates }) else {
            append(chain)
            return
        }
        self[index].versions = Set(self[index].versions + chain.versions).sorted()
        if self[index].stapledResponse == nil { self[index].stapledResponse = chain.stapledResponse }
        if self[index].timestamps.isEmpty { self[index].timestamps = chain.timestamps }
        if let isDefault = chain.isDefault { self[index].isDefault = isDefault }
    }
}
