/// Whether the peer speaks SSLv2, with a hello of its own kind (draft-hickman-netscape-ssl-00).
struct SSL2Probe: Sendable {
    struct Result: Sendable {
        var facts: ProtocolFacts
        var certificate: [UInt8]?

        static func undecided(_ reason: Undecided) -> Result { Result(facts: SSL2Probe.facts(.unknown(reason), nil)) }
    }

    let dialer: any Dialer
    /// 16 bytes.
    let challenge: [UInt8]

    func run() async -> Result {
        switch await answer() {
        case .success(.serverHello(let hello)):
            return Result(facts: Self.facts(.known(true), hello.cipherKinds.sorted().map(\.name)), certificate: hello.certificate)
        case .success(.error), .success(nil): return Result(facts: Self.facts(.known(false), nil))
        case .failure(let failure): return Result(facts: Self.facts(.unknown(failure.undecided), nil))
        }
    }

    private static func facts(_ isOffered: Fact<Bool>, _ kinds: [String]?) -> ProtocolFacts {
        ProtocolFacts(
            version: .ssl2, isOffered: isOffered, cipherSuites: .untested("SSLv2 has cipher kinds of its own"),
            preference: .untested("the client chooses in SSLv2"), prioritizesChaCha: .known(false), ssl2CipherKinds: kinds)
    }

    /// - Returns: nil if the peer closed or answered in TLS, as those without SSLv2 do.
    private func answer() async -> Swift.Result<SSL2Answer?, TransportFailure> {
        let connection: any PeerConnection
        do { connection = try await dialer.dial() } catch { return .failure(error) }
        let answer = await read(from: connection)
        await connection.close()
        return answer
    }

    private func read(from connection: any PeerConnection) async -> Swift.Result<SSL2Answer?, TransportFailure> {
        var received: [UInt8] = []
        do {
            try await connection.send(SSL2ClientHello(challenge: challenge).encoded)
            while received.count < SSL2Record.maximumByteCount {
                let bytes = try await connection.receive()
                // Closing is how a peer without SSLv2 answers a hello that it cannot read.
                guard !bytes.isEmpty else { return .success(nil) }
                received += bytes
                guard received[0] & 0x80 != 0 || received[0] == 0 else { return .success(nil) }
                if let answer = try SSL2Answer.read(received[...]) { return .success(answer) }
            }
            return .failure(TransportFailure(.protocolError, "the answer to a hello of SSLv2 is too long"))
        } catch let failure as TransportFailure {
            // Torn down or closed instead of answered; a peer that answers nothing at all is found by the other probes.
            return failure.reason == .reset || failure.reason == .closed ? .success(nil) : .failure(failure)
        } catch {
            return .success(nil)
        }
    }
}
