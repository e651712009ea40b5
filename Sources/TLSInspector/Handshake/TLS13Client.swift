internal import OpenSSL

/// The client's side of a handshake of TLS 1.3 (RFC 8446 §2 and appendix A.1), without a connection: bytes go in, bytes to send come out.
///
/// It has its own key schedule over libcrypto, so that it sees what is encrypted on servers that libssl refuses to talk to: with
/// signatures, curves and key sizes that libssl does not have or does not want.
final class TLS13Client {
    /// No server has a reason to send more.
    static let maximumChangeCipherSpecCount = 4
    static let maximumTicketCount = 16
    static let maximumKeyUpdateCount = 4
    static let maximumApplicationByteCount = 1 << 17

    enum State: Sendable, Hashable {
        case awaitingServerHello, awaitingEncryptedExtensions, awaitingCertificateOrRequest, awaitingCertificate
        case awaitingCertificateVerify, awaitingFinished
        /// The flight is whole, and it is our turn.
        case awaitingOurFinished
        case established
        /// The peer has said that it will say no more.
        case closed
        case failed
    }

    let offer: TLS13Offer
    /// What is to be taken up again.
    let resumption: TLS13Resumption?
    private(set) var state = State.awaitingServerHello
    /// Whether the server took up the session again, and its Finished proves that it knows the key. Then there is no flight.
    private(set) var isResumed = false
    /// What the server said. Set once it is whole.
    private(set) var flight: TLS13Flight?
    private(set) var tickets: [NewSessionTicket13] = []
    private var applicationData: [UInt8] = []

    private let random: [UInt8]
    private let sessionID: [UInt8]
    private var share: KeyShare
    private var shareGroup: NamedGroup
    private var keys: TLS13Keys?
    private var transcript = TLS13Transcript()
    private var records = RecordStream()
    private var messages = HandshakeStream()
    private var draft = Draft()
    private var changeCipherSpecCount = 0
    private var keyUpdateCount = 0
    private var hasSentChangeCipherSpec = false

    /// What of the flight has come.
    private struct Draft {
        var isResuming = false
        var helloRetryRequest: ServerHello?
        var serverHello: ServerHello?
        var encryptedExtensions: EncryptedExtensions?
        var certificateRequest: CertificateRequest13?
        var certificate: CertificateMessage13?
        var signatureScheme: TLSSignatureScheme?
    }

    /// - Throws: `unsupported` if no group of the offer can be computed here.
    init(_ offer: TLS13Offer, resuming resumption: TLS13Resumption? = nil) throws(HandshakeFailure) {
        guard let group = offer.firstGroup, let computable = TLS13Offer.computable(group) else {
            throw .unsupported("no group of the offer can be computed by this program")
        }
        self.offer = offer
        self.resumption = resumption
        self.share = try Self.computing { () throws(OpenSSLError) in try KeyShare(computable) }
        self.shareGroup = group
        self.random = try Self.computing { () throws(OpenSSLError) in try Random.bytes(32) }
        // Not empty, so that it looks like a session of TLS 1.2 to what stands on the path (RFC 8446 appendix D.4).
        self.sessionID = try Self.computing { () throws(OpenSSLError) in try Random.bytes(32) }
    }

    /// The first bytes to send; to be asked for once.
    func begin() throws(HandshakeFailure) -> [UInt8] {
        let hello = try hello(cookie: nil)
        try HandshakeFailure.reading { () throws(WireError) in try transcript.append(hello) }
        return Record.records(.handshake, version: 0x0301, hello.encoded)
    }

    /// Takes what came, in pieces of any size.
    /// - Returns: what is to be sent back; often nothing.
    func receive(_ bytes: [UInt8]) throws(HandshakeFailure) -> [UInt8] {
        guard state != .failed else { throw .unsupported("the handshake has already failed") }
        do {
            records.append(bytes)
            var answer: [UInt8] = []
            while state != .closed, let record = try HandshakeFailure.reading({ () throws(WireError) in try records.next() }) {
                answer += try take(record)
            }
            return answer
        } catch {
            state = .failed
            throw error
        }
    }

    /// The application data that has come since it was last asked for.
    func takeApplicationData() -> [UInt8] {
        defer { applicationData = [] }
        return applicationData
    }

    private func hello(cookie: [UInt8]?) throws(HandshakeFailure) -> HandshakeMessage {
        let hello = offer.hello(random: random, sessionID: sessionID, share: (shareGroup, share.publicValue), cookie: cookie)
        guard let resumption else { return hello.message }
        return try resumption.message(of: hello, transcript: transcript)
    }

    /// Lets a call into libcrypto fail as a handshake does.
    private static func computing<Value: ~Copyable>(_ body: () throws(OpenSSLError) -> Value) throws(HandshakeFailure) -> Value {
        do {
            return try body()
        } catch {
            throw .unsupported(error.description)
        }
    }
}

// MARK: Records

extension TLS13Client {
    private func take(_ record: Record) throws(HandshakeFailure) -> [UInt8] {
        switch record.type {
        case .changeCipherSpec:
            changeCipherSpecCount += 1
            guard record.fragment == [1], changeCipherSpecCount <= Self.maximumChangeCipherSpecCount, state != .established else {
                throw .wire(.malformed("a ChangeCipherSpec"))
            }
            return []
        case .alert:
            // Without encryption too, behind the ServerHello: from a server that could not find its keys.
            return try take(.alert, record.fragment)
        case .handshake:
            guard keys == nil else { throw .wire(.malformed("a handshake record that is not encrypted")) }
            return try take(.handshake, record.fragment)
        case .applicationData:
            guard let opened = try keys?.open(record) else { throw .wire(.malformed("encrypted data before the ServerHello")) }
            return try take(opened.type, opened.content)
        case .heartbeat: throw .wire(.malformed("a heartbeat that nobody asked for"))
        }
    }

    private func take(_ type: Record.ContentType, _ content: [UInt8]) throws(HandshakeFailure) -> [UInt8] {
        switch type {
        case .alert:
            guard content.count == 2 else { throw .wire(.malformed("an alert")) }
            // RFC 8446 §6.1: close_notify alone is no error; user_canceled comes before it.
            if content[1] == 0 { state = .closed } else if content[1] != 90 { throw .alert(Alert(level: content[0], code: content[1])) }
            return []
        case .handshake:
            // RFC 8446 §5.1 allows no fragments without content.
            guard !content.isEmpty else { throw .wire(.malformed("an empty handshake record")) }
            messages.append(content)
            var answer: [UInt8] = []
            while let message = try HandshakeFailure.reading({ () throws(WireError) in try messages.next() }) {
                answer += try take(message)
            }
            return answer
        case .applicationData:
            guard state == .awaitingOurFinished || state == .established else { throw .wire(.malformed("data inside the handshake")) }
            guard applicationData.count + content.count <= Self.maximumApplicationByteCount else { throw .wire(.oversized("the answer")) }
            applicationData += content
            return []
        case .changeCipherSpec, .heartbeat: throw .wire(.malformed("the type of an encrypted record"))
        }
    }

    /// Where keys change, no message may reach over the boundary (RFC 8446 §5.1).
    private func requireMessageBoundary() throws(HandshakeFailure) {
        guard !messages.isInMessage else { throw .wire(.malformed("a message across a change of keys")) }
    }
}

// MARK: Messages

extension TLS13Client {
    private func take(_ message: HandshakeMessage) throws(HandshakeFailure) -> [UInt8] {
        switch state {
        case .awaitingServerHello:
            guard message.type == .serverHello else { throw unexpected }
            return try take(serverHello: message)
        case .awaitingEncryptedExtensions:
            guard message.type == .encryptedExtensions else { throw unexpected }
            draft.encryptedExtensions = try read(message) { (body) throws(WireError) in try EncryptedExtensions(body) }
            state = draft.isResuming ? .awaitingFinished : .awaitingCertificateOrRequest
        case .awaitingCertificateOrRequest where message.type == .certificateRequest:
            draft.certificateRequest = try read(message) { (body) throws(WireError) in try CertificateRequest13(body) }
            state = .awaitingCertificate
        case .awaitingCertificateOrRequest, .awaitingCertificate:
            guard message.type == .certificate else { throw unexpected }
            let certificate = try read(message) { (body) throws(WireError) in try CertificateMessage13(body) }
            guard !certificate.entries.isEmpty else { throw .wire(.malformed("a Certificate message without certificates")) }
            draft.certificate = certificate
            state = .awaitingCertificateVerify
        case .awaitingCertificateVerify:
            guard message.type == .certificateVerify else { throw unexpected }
            draft.signatureScheme = try read(message, Self.signatureScheme)
            state = .awaitingFinished
        case .awaitingFinished:
            guard message.type == .finished else { throw unexpected }
            try take(finished: message)
        case .awaitingOurFinished, .established: return try take(postHandshake: message)
        case .closed, .failed: throw unexpected
        }
        return []
    }

    private var unexpected: HandshakeFailure { .wire(.malformed("the order of the handshake messages")) }

    /// Reads a message and adds it to what is hashed.
    private func read<Value>(
        _ message: HandshakeMessage, _ body: ([UInt8]) throws(WireError) -> Value
    ) throws(HandshakeFailure) -> Value {
        try HandshakeFailure.reading { () throws(WireError) in
            try transcript.append(message)
            return try body(message.body)
        }
    }

    /// RFC 8446 §4.4.3.
    private static func signatureScheme(_ body: [UInt8]) throws(WireError) -> TLSSignatureScheme {
        var reader = ByteReader(body)
        let scheme = TLSSignatureScheme(rawValue: try reader.uint16("a CertificateVerify"))
        _ = try reader.vector16("a CertificateVerify")
        try reader.requireEnd("a CertificateVerify")
        return scheme
    }

    private func take(serverHello message: HandshakeMessage) throws(HandshakeFailure) -> [UInt8] {
        let hello = try HandshakeFailure.reading { () throws(WireError) in try ServerHello(message.body) }
        guard hello.version == ProtocolVersion.tls13.rawValue else {
            let version = ProtocolVersion(rawValue: hello.version)?.name ?? "an unknown version"
            throw .unsupported("the server answered a hello of TLSv1.3 with \(version)")
        }
        // RFC 8446 §4.1.3.
        guard hello.sessionID == sessionID, hello.compressionMethod == 0 else { throw .wire(.malformed("a ServerHello")) }
        guard offer.cipherSuites.contains(hello.cipherSuite) else { throw .wire(.malformed("a cipher suite that was not offered")) }
        if let retried = draft.helloRetryRequest, retried.cipherSuite != hello.cipherSuite {
            throw .wire(.malformed("a cipher suite that changes behind a HelloRetryRequest"))
        }
        guard let suite = TLS13Suite(hello.cipherSuite) else {
            throw .unsupported("the cipher suite \(hello.cipherSuite) cannot be computed by this program")
        }
        if hello.isHelloRetryRequest { return try retry(hello, message, suite) }
        try accept(hello, message, suite)
        return []
    }

    /// RFC 8446 §4.1.4: once, and only for another group or a cookie.
    private func retry(_ request: ServerHello, _ message: HandshakeMessage, _ suite: TLS13Suite) throws(HandshakeFailure) -> [UInt8] {
        guard draft.helloRetryRequest == nil else { throw .wire(.malformed("a second HelloRetryRequest")) }
        try requireMessageBoundary()
        var cookie: [UInt8]?
        if let body = request[.cookie] {
            cookie = try HandshakeFailure.reading { () throws(WireError) in
                var reader = ByteReader(body)
                let cookie = Array(try reader.vector16("a cookie"))
                try reader.requireEnd("a cookie")
                return cookie
            }
        }
        if let body = request[.keyShare] {
            guard body.count == 2, let group = request.keyShareGroup, offer.groups.contains(group), group != shareGroup else {
                throw .wire(.malformed("the group of a HelloRetryRequest"))
            }
            guard let computable = TLS13Offer.computable(group) else {
                throw .unsupported("the server asks for the group \(group), which this program cannot compute")
            }
            share = try Self.computing { () throws(OpenSSLError) in try KeyShare(computable) }
            shareGroup = group
        } else if cookie == nil {
            throw .wire(.malformed("a HelloRetryRequest that asks for nothing"))
        }
        try Self.computing { () throws(OpenSSLError) in try transcript.replaceWithHash(suite.digest) }
        draft.helloRetryRequest = request
        try HandshakeFailure.reading { () throws(WireError) in try transcript.append(message) }
        let hello = try hello(cookie: cookie)
        try HandshakeFailure.reading { () throws(WireError) in try transcript.append(hello) }
        return changeCipherSpec() + Record.records(.handshake, version: 0x0303, hello.encoded)
    }

    private func accept(_ hello: ServerHello, _ message: HandshakeMessage, _ suite: TLS13Suite) throws(HandshakeFailure) {
        try requireMessageBoundary()
        guard let body = hello[.keyShare] else { throw .wire(.malformed("a ServerHello without a key share")) }
        let resumption = try resumption(acceptedBy: hello, suite)
        let peerShare = try HandshakeFailure.reading { () throws(WireError) in
            try transcript.append(message)
            var reader = ByteReader(body)
            guard NamedGroup(rawValue: try reader.uint16("a key share")) == shareGroup else {
                throw .malformed("a key share in a group for which none was sent")
            }
            let key = Array(try reader.vector16("a key share"))
            try reader.requireEnd("a key share")
            return key
        }
        do {
            let secret = try share.sharedSecret(with: peerShare)
            keys = try TLS13Keys(suite, sharedSecret: secret, transcript: transcript, resuming: resumption)
        } catch {
            guard error.code == .invalidKey else { throw .unsupported(error.description) }
            throw .wire(.malformed("the key share of the server"))
        }
        draft.serverHello = hello
        draft.isResuming = resumption != nil
        state = .awaitingEncryptedExtensions
    }

    /// What the server takes up again: the one session that was offered, or none (RFC 8446 §4.2.11).
    private func resumption(acceptedBy hello: ServerHello, _ suite: TLS13Suite) throws(HandshakeFailure) -> TLS13Resumption? {
        guard let body = hello[.preSharedKey] else { return nil }
        guard body == [0, 0], let resumption, resumption.suite.digest == suite.digest else {
            throw .wire(.malformed("a pre-shared key that was not offered"))
        }
        return resumption
    }

    private func take(finished message: HandshakeMessage) throws(HandshakeFailure) {
        try requireMessageBoundary()
        let isVerified = try Self.computing { () throws(OpenSSLError) in try keys?.verifies(message.body, transcript: transcript) }
        guard let isVerified else { throw unexpected }
        try HandshakeFailure.reading { () throws(WireError) in try transcript.append(message) }
        try Self.computing { () throws(OpenSSLError) in try keys?.takeUpApplicationKeys(transcript: transcript) }
        state = .awaitingOurFinished
        if draft.isResuming {
            guard isVerified else { throw .wire(.malformed("the server's Finished")) }
            isResumed = true
            return
        }
        guard let serverHello = draft.serverHello, let encryptedExtensions = draft.encryptedExtensions,
            let certificate = draft.certificate, let signatureScheme = draft.signatureScheme
        else { preconditionFailure("a Finished message is taken only behind all others") }
        flight = TLS13Flight(
            serverHello: serverHello, helloRetryRequest: draft.helloRetryRequest, group: shareGroup,
            encryptedExtensions: encryptedExtensions,
            certificateRequest: draft.certificateRequest, certificate: certificate, signatureScheme: signatureScheme,
            isFinishedVerified: isVerified)
    }

    /// What servers say once they have finished; some do not wait for us.
    private func take(postHandshake message: HandshakeMessage) throws(HandshakeFailure) -> [UInt8] {
        switch message.type {
        case .newSessionTicket:
            guard tickets.count < Self.maximumTicketCount else { throw .wire(.oversized("a row of session tickets")) }
            tickets.append(try HandshakeFailure.reading { () throws(WireError) in try NewSessionTicket13(message.body) })
            return []
        case .keyUpdate where state == .established:
            keyUpdateCount += 1
            guard keyUpdateCount <= Self.maximumKeyUpdateCount else { throw .wire(.oversized("a row of key updates")) }
            guard message.body == [0] || message.body == [1] else { throw .wire(.malformed("a KeyUpdate")) }
            return try updateKeys(answering: message.body == [1])
        default: throw unexpected
        }
    }

    /// RFC 8446 §4.6.3.
    private func updateKeys(answering: Bool) throws(HandshakeFailure) -> [UInt8] {
        try requireMessageBoundary()
        try Self.computing { () throws(OpenSSLError) in try keys?.updateReceiving() }
        guard answering else { return [] }
        let answer = try keys?.seal(.handshake, HandshakeMessage(type: .keyUpdate, body: [0]).encoded)
        try Self.computing { () throws(OpenSSLError) in try keys?.updateSending() }
        return answer ?? []
    }
}

// MARK: Our turn

extension TLS13Client {
    /// Our side of the end: no certificate if one was asked for, and Finished.
    /// - Returns: what is to be sent.
    func finish() throws(HandshakeFailure) -> [UInt8] {
        guard state == .awaitingOurFinished, let flight else { throw .unsupported("the server has not finished its side") }
        guard flight.isFinishedVerified else { throw .wire(.malformed("the server's Finished")) }
        var messages: [HandshakeMessage] = []
        if let request = flight.certificateRequest {
            var body: [UInt8] = []
            body.append(vector8: request.context)
            body.append(uint24: 0)
            messages.append(HandshakeMessage(type: .certificate, body: body))
            try HandshakeFailure.reading { () throws(WireError) in try transcript.append(messages[0]) }
        }
        guard let verifyData = try Self.computing({ () throws(OpenSSLError) in try keys?.verifyData(transcript: transcript) }) else {
            preconditionFailure("there are keys behind the server's Finished")
        }
        let finished = HandshakeMessage(type: .finished, body: verifyData)
        try HandshakeFailure.reading { () throws(WireError) in try transcript.append(finished) }
        let sealed = try keys?.seal(.handshake, (messages + [finished]).flatMap(\.encoded))
        try Self.computing { () throws(OpenSSLError) in try keys?.sendApplicationData() }
        state = .established
        return changeCipherSpec() + (sealed ?? [])
    }

    /// Application data, encrypted.
    func seal(_ data: [UInt8]) throws(HandshakeFailure) -> [UInt8] {
        guard state == .established, let sealed = try keys?.seal(.applicationData, data) else {
            throw .unsupported("data can be sent only behind the handshake")
        }
        return sealed
    }

    /// close_notify (RFC 8446 §6.1): the server answers to what we said before it, and ends.
    func shutDown() throws(HandshakeFailure) -> [UInt8] {
        guard state == .established, let sealed = try keys?.seal(.alert, [1, 0]) else { throw .unsupported("there is nothing to end") }
        return sealed
    }

    /// What the first ticket lets us take up again; nil if none came.
    func nextResumption() throws(HandshakeFailure) -> TLS13Resumption? {
        guard let ticket = tickets.first, state == .established || state == .closed, let suite = keys?.suite else { return nil }
        return try Self.computing { () throws(OpenSSLError) in
            guard let key = try keys?.resumptionKey(ticketNonce: ticket.nonce, transcript: transcript) else { return nil }
            return TLS13Resumption(ticket, suite: suite, key: key)
        }
    }

    /// RFC 8446 appendix D.4: once, so that what stands on the path sees a session that is resumed.
    private func changeCipherSpec() -> [UInt8] {
        guard !hasSentChangeCipherSpec else { return [] }
        hasSentChangeCipherSpec = true
        return Record(type: .changeCipherSpec, version: 0x0303, fragment: [1]).encoded
    }
}
