internal import OpenSSL

/// A ticket of TLS 1.3 and its key, with which a client takes up a session again (RFC 8446 §2.2 and §4.2.11).
final class TLS13Resumption: Sendable {
    let suite: TLS13Suite
    private let key: SecretBytes
    private let ticket: [UInt8]
    private let ageAdd: UInt32
    private let received = ContinuousClock.now

    init(_ ticket: NewSessionTicket13, suite: TLS13Suite, key: consuming SecretBytes) {
        self.suite = suite
        self.key = key
        self.ticket = ticket.ticket
        self.ageAdd = ticket.ageAdd
    }

    /// The early secret of a connection that resumes.
    func schedule() throws(OpenSSLError) -> TLS13KeySchedule {
        try TLS13KeySchedule(suite.digest, preSharedKey: key)
    }

    /// Adds pre_shared_key to a hello, as its last extension, with the proof that the key is known.
    /// - Parameter transcript: what came before this hello.
    func message(of hello: ClientHello, transcript: TLS13Transcript) throws(HandshakeFailure) -> HandshakeMessage {
        var hello = hello
        hello.extensions.append(.init(.preSharedKey, offered(binder: [UInt8](repeating: 0, count: suite.digest.byteCount))))
        do {
            let binder = try binder(over: hello.message.encoded.dropLast(2 + 1 + suite.digest.byteCount), transcript)
            hello.extensions[hello.extensions.count - 1].body = offered(binder: binder)
        } catch {
            throw .unsupported(error.description)
        }
        return hello.message
    }

    private func offered(binder: [UInt8]) -> [UInt8] {
        let elapsed = received.duration(to: .now).components
        let age = UInt32(truncatingIfNeeded: elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000) &+ ageAdd
        var identity: [UInt8] = []
        identity.append(vector16: ticket)
        identity.append(uint16: UInt16(age >> 16))
        identity.append(uint16: UInt16(age & 0xFFFF))
        var binders: [UInt8] = []
        binders.append(vector8: binder)
        var body: [UInt8] = []
        body.append(vector16: identity)
        body.append(vector16: binders)
        return body
    }

    /// RFC 8446 §4.2.11.2.
    private func binder(over hello: ArraySlice<UInt8>, _ transcript: TLS13Transcript) throws(OpenSSLError) -> [UInt8] {
        let base = try schedule().derive("res binder", transcriptHash: try Digest.hash(suite.digest, [UInt8]().bytes))
        let hash = try transcript.hash(suite.digest, appending: hello)
        return try TLS13KeySchedule.verifyData(suite.digest, base: base, transcriptHash: hash)
    }
}
