/// Whether the peer speaks SSLv2, with a hello of its own kind (draft-hickman-netscape-ssl-00).
struct SSL2Probe: Sendable {
    struct Result: Sendable {
        var facts: ProtocolFacts
        var certificate: [UInt8]?

        static func undecided(_ reason: Undecided) -> Result { Result(facts: SSL2Probe.facts(.unknown(reason), nil)) }
    }

    let prober: Prober
    /// 16 bytes.
    let challenge: [UInt8]

    private enum Outcome {
        case serverHello(SSL2ServerHello)
        /// An error of SSLv2, which nobody sends who does not speak it.
        case error
        /// An answer in TLS, or none that could be one of SSLv2.
        case foreign
        case silence
        case failed(Undecided)
    }

    func run() async -> Result {
        var outcome = await ask()
        // Closing is how many refuse a hello that they cannot read; but so do those who are asked too often.
        if case .silence = outcome { outcome = await ask() }
        switch outcome {
        case .serverHello(let hello):
            return Result(facts: Self.facts(.known(true), hello.cipherKinds.sorted().map(\.name)), certificate: hello.certificate)
        case .error: return Result(facts: Self.facts(.known(true), []))
        case .foreign: return Result(facts: Self.facts(.known(false), nil))
        case .silence:
            guard await prober.answersOthers() else {
                return .undecided(Undecided(.closed, "the connection was closed before an answer"))
            }
            return Result(facts: Self.facts(.known(false), nil))
        case .failed(let reason): return .undecided(reason)
        }
    }

    private static func facts(_ isOffered: Fact<Bool>, _ kinds: [String]?) -> ProtocolFacts {
        ProtocolFacts(
            version: .ssl2, isOffered: isOffered, cipherSuites: .untested("SSLv2 has cipher kinds of its own"),
            preference: .untested("the client chooses in SSLv2"), prioritizesChaCha: .known(false), ssl2CipherKinds: kinds)
    }

    private func ask() async -> Outcome {
        let connection: any PeerConnection
        do { connection = try await prober.dialer.dial() } catch { return .failed(error.undecided) }
        let outcome = await read(from: connection)
        await connection.close()
        return outcome
    }

    private func read(from connection: any PeerConnection) async -> Outcome {
        var received: [UInt8] = []
        do {
            try await connection.send(SSL2ClientHello(challenge: challenge).encoded)
            while received.count < SSL2Record.maximumByteCount {
                let bytes = try await connection.receive()
                guard !bytes.isEmpty else { return received.isEmpty ? .silence : .foreign }
                received += bytes
                guard received[0] & 0x80 != 0 else { return .foreign }
                switch try SSL2Answer.read(received[...]) {
                case .serverHello(let hello)?: return .serverHello(hello)
                case .error?: return .error
                case nil: continue
                }
            }
            return .failed(Undecided(.protocolError, "the answer to a hello of SSLv2 is too long"))
        } catch let failure as TransportFailure {
            return failure.reason == .reset || failure.reason == .closed ? .silence : .failed(failure.undecided)
        } catch let error as WireError {
            return .failed(Undecided(.protocolError, error.description))
        } catch {
            return .failed(Undecided(.protocolError, "\(error)"))
        }
    }
}
