/// Heartbleed (CVE-2014-0160): a heartbeat that claims to be longer than it is, and a peer that believes it.
struct HeartbleedProbe: Sendable {
    let dialer: any Dialer
    let factory: HelloFactory
    let version: ProtocolVersion
    let suites: [CipherSuite]

    /// Of the answer to a request without content: type and length, and at least 16 bytes of padding (RFC 6520 §4).
    private static let honestByteCount = 3 + 16

    func run() async -> VulnerabilityFact {
        let hello = factory.hello(version, suites: suites, extensions: HelloFactory.usual + [.heartbeat])
        switch await BrokenHandshake(dialer: dialer, hello: hello).begin() {
        case .failed(let reason): return VulnerabilityFact(.heartbleed, .unknown(reason), .probed, "")
        case .answered(_, let connection):
            // HeartbeatRequest, payload_length 0x4000, and nothing behind it.
            let request = Record(type: .heartbeat, version: version.rawValue, fragment: [1, 0x40, 0x00]).encoded
            let reaction = await BrokenHandshake.reaction(to: request, on: connection)
            await connection.close()
            return judge(reaction)
        }
    }

    private func judge(_ reaction: Reaction) -> VulnerabilityFact {
        switch reaction {
        case .heartbeat(let count) where count > Self.honestByteCount:
            VulnerabilityFact(.heartbleed, .known(.vulnerable), .probed, "a heartbeat of 0 bytes was answered with more than it held")
        case .failed(let failure): VulnerabilityFact(.heartbleed, .unknown(failure.undecided), .probed, "")
        case .alert, .closed, .reset, .silent, .message, .heartbeat:
            VulnerabilityFact(
                .heartbleed, .known(.notVulnerable), .probed, "a heartbeat that lies about its length: \(reaction.description)")
        }
    }
}

extension VulnerabilityFact {
    init(_ id: Identifier, _ verdict: Fact<Verdict>, _ basis: Basis, _ detail: String) {
        self.init(id: id, verdict: verdict, basis: basis, detail: detail)
    }
}
