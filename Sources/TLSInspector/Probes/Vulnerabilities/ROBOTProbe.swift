internal import OpenSSL

/// ROBOT (CVE-2017-13099 and others): a server whose reaction tells whether a ClientKeyExchange decrypted to the right padding is an
/// oracle (Böck, Somorovsky, Young 2018).
///
/// Five messages, one right and four wrong in one way each, must be told apart by nothing. The server's key is public: nothing secret is
/// encrypted here.
struct ROBOTProbe: Sendable {
    enum Variant: CaseIterable, Sendable {
        case good
        /// The block does not begin with 00 02.
        case wrongStart
        /// A zero within the first bytes of padding.
        case earlyZero
        /// No zero that ends the padding.
        case noZero
        /// Another version than that of the hello (RFC 5246 §7.4.7.1).
        case wrongVersion
    }

    let dialer: any Dialer
    let factory: HelloFactory
    let version: ProtocolVersion
    /// Suites with RSA key exchange; not empty.
    let suites: [CipherSuite]

    /// 00 02, eight bytes of padding, 00, and the 48 bytes (RFC 8017 §7.2.1): a shorter key cannot do RSA key exchange.
    private static let shortestKeyByteCount = 3 + 8 + 48

    func run() async -> VulnerabilityFact {
        for finishes in [true, false] {
            switch await reactions(finishing: finishes) {
            case .failure(let failure): return VulnerabilityFact(.robot, .unknown(failure.undecided), .probed, "")
            case .success(let first):
                if Set(first.values).count == 1 { continue }
                return await confirm(first, finishing: finishes)
            }
        }
        return VulnerabilityFact(.robot, .known(.notVulnerable), .probed, "five ClientKeyExchange messages got the same reaction")
    }

    /// A difference that does not come again was none of the padding's.
    private func confirm(_ first: [Variant: Reaction], finishing: Bool) async -> VulnerabilityFact {
        switch await reactions(finishing: finishing) {
        case .failure(let failure): return VulnerabilityFact(.robot, .unknown(failure.undecided), .probed, "")
        case .success(let second):
            guard first == second else {
                let reason = Undecided(.protocolError, "the reactions differ from one time to the next")
                return VulnerabilityFact(.robot, .unknown(reason), .probed, "")
            }
            // As the authors tell them apart: strong if wrong messages differ among themselves.
            let isWeak = Set([first[.wrongStart], first[.earlyZero], first[.noZero]]).count == 1
            let detail = Variant.allCases.map { first[$0]?.description ?? "" }.joined(separator: " | ")
            return VulnerabilityFact(.robot, .known(isWeak ? .weak : .vulnerable), .probed, "reactions differ: \(detail)")
        }
    }

    private func reactions(finishing: Bool) async -> Result<[Variant: Reaction], TransportFailure> {
        var found: [Variant: Reaction] = [:]
        for variant in Variant.allCases {
            switch await reaction(to: variant, finishing: finishing) {
            case .failed(let failure): return .failure(failure)
            case let reaction: found[variant] = reaction
            }
        }
        return .success(found)
    }

    private func reaction(to variant: Variant, finishing: Bool) async -> Reaction {
        switch await BrokenHandshake(dialer: dialer, hello: factory.hello(version, suites: suites)).begin() {
        case .failed(let reason): return .failed(TransportFailure(reason.reason, reason.detail))
        case .answered(let answer, let connection):
            let reaction: Reaction
            do {
                let bytes = try bytes(variant, finishing: finishing, for: try Self.key(of: answer))
                reaction = await BrokenHandshake.reaction(to: bytes, on: connection)
            } catch {
                reaction = .failed(TransportFailure(.unsupported, "the server's RSA key cannot be used (\(error))"))
            }
            await connection.close()
            return reaction
        }
    }

    /// The key of this very flight: another one would make all messages wrong alike.
    private static func key(of answer: ServerAnswer) throws -> RSAPublicNumbers {
        guard let message = answer[.certificate], let leaf = try CertificateMessage(message.body).certificates.first else {
            throw WireError.truncated("the server's certificate")
        }
        let key = try X509Certificate(der: leaf).key()
        guard let modulus = key.modulus, let exponent = key.exponent else { throw WireError.malformed("the server's RSA key") }
        let numbers = try RSAPublicNumbers(modulus: modulus, exponent: exponent)
        guard numbers.byteCount >= shortestKeyByteCount else { throw WireError.truncated("the server's RSA key") }
        return numbers
    }

    private func bytes(_ variant: Variant, finishing: Bool, for key: RSAPublicNumbers) throws(OpenSSLError) -> [UInt8] {
        let encrypted = try key.encryptRaw(block(variant, key.byteCount))
        var body: [UInt8] = []
        // SSLv3 has no length before it (RFC 5246 §7.4.7.1).
        if version == .ssl3 { body = encrypted } else { body.append(vector16: encrypted) }
        let message = HandshakeMessage(type: .clientKeyExchange, body: body)
        var bytes = Record.records(.handshake, version: version.rawValue, message.encoded)
        guard finishing else { return bytes }
        bytes += Record(type: .changeCipherSpec, version: version.rawValue, fragment: [1]).encoded
        return bytes + Record(type: .handshake, version: version.rawValue, fragment: [UInt8](repeating: 0x5C, count: 64)).encoded
    }

    /// PKCS #1 v1.5 (RFC 8017 §7.2.1) around 48 bytes, as long as the modulus.
    private func block(_ variant: Variant, _ byteCount: Int) -> [UInt8] {
        let padding = [UInt8](repeating: 0xA5, count: byteCount - 3 - 48)
        let preMaster = [UInt8(version.rawValue >> 8), UInt8(version.rawValue & 0xFF)] + [UInt8](repeating: 0x11, count: 46)
        var block: [UInt8] = [0, 2] + padding + [0] + preMaster
        switch variant {
        case .good: break
        case .wrongStart:
            block[0] = 0x00
            block[1] = 0x17
        case .earlyZero: block[5] = 0
        case .noZero: block[2 + padding.count] = 0x11
        case .wrongVersion:
            block[3 + padding.count] = 0x02
            block[4 + padding.count] = 0x02
        }
        return block
    }
}
