/// CCS injection (CVE-2014-0224): a ChangeCipherSpec before there are keys, and a peer that makes keys of nothing.
struct CCSInjectionProbe: Sendable {
    let dialer: any Dialer
    let factory: HelloFactory
    let version: ProtocolVersion
    let suites: [CipherSuite]

    func run() async -> VulnerabilityFact {
        switch await BrokenHandshake(dialer: dialer, hello: factory.hello(version, suites: suites)).begin() {
        case .failed(let reason): return VulnerabilityFact(.ccsInjection, .unknown(reason), .probed, "")
        case .answered(_, let connection):
            let fact = await inject(connection)
            await connection.close()
            return fact
        }
    }

    private func inject(_ connection: any PeerConnection) async -> VulnerabilityFact {
        let early = Record(type: .changeCipherSpec, version: version.rawValue, fragment: [1]).encoded
        let first = await BrokenHandshake.reaction(to: early, on: connection, within: 700)
        switch first {
        case .failed(let failure): return VulnerabilityFact(.ccsInjection, .unknown(failure.undecided), .probed, "")
        case .alert, .closed, .reset: return notVulnerable("an early ChangeCipherSpec: \(first.description)")
        case .silent, .message, .heartbeat: break
        }
        // A peer that took it now decrypts: what follows has a wrong MAC for it.
        let garbage = Record(type: .handshake, version: version.rawValue, fragment: [UInt8](repeating: 0x2A, count: 32)).encoded
        let second = await BrokenHandshake.reaction(to: garbage, on: connection)
        switch second {
        case .alert(Alert.badRecordMAC), .alert(21):
            return VulnerabilityFact(
                .ccsInjection, .known(.vulnerable), .probed, "behind an early ChangeCipherSpec records are decrypted: \(second.description)"
            )
        case .failed(let failure): return VulnerabilityFact(.ccsInjection, .unknown(failure.undecided), .probed, "")
        case .silent:
            return VulnerabilityFact(.ccsInjection, .unknown(Undecided(.timedOut, "no reaction to an early ChangeCipherSpec")), .probed, "")
        case .alert, .closed, .reset, .message, .heartbeat: return notVulnerable("a record behind it: \(second.description)")
        }
    }

    private func notVulnerable(_ detail: String) -> VulnerabilityFact {
        VulnerabilityFact(.ccsInjection, .known(.notVulnerable), .probed, detail)
    }
}
