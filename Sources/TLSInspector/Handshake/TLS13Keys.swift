internal import OpenSSL

/// The keys of one connection, as it goes from the handshake to application data (RFC 8446 §7.1 and §7.3).
///
/// Each secret is let go as soon as nothing more is derived from it.
struct TLS13Keys: ~Copyable {
    let suite: TLS13Suite
    private var schedule: TLS13KeySchedule
    private var receiving: TLS13RecordProtection
    private var sending: TLS13RecordProtection
    private let clientHandshakeSecret: SecretBytes
    private let serverHandshakeSecret: SecretBytes
    private var clientApplicationSecret: SecretBytes?

    /// Takes up the keys of the handshake.
    /// - Parameters:
    ///   - transcript: up to the ServerHello.
    ///   - resumption: what both sides take up again; nil in a full handshake.
    init(
        _ suite: TLS13Suite, sharedSecret: borrowing SecretBytes, transcript: TLS13Transcript, resuming resumption: TLS13Resumption?
    ) throws(OpenSSLError) {
        var schedule = try Self.schedule(suite, resumption)
        try schedule.mix(sharedSecret)
        let hash = try transcript.hash(suite.digest)
        let client = try schedule.derive("c hs traffic", transcriptHash: hash)
        let server = try schedule.derive("s hs traffic", transcriptHash: hash)
        let sending = try TLS13RecordProtection(suite, secret: try client.copy())
        let receiving = try TLS13RecordProtection(suite, secret: try server.copy())
        self.sending = sending
        self.receiving = receiving
        self.clientHandshakeSecret = client
        self.serverHandshakeSecret = server
        self.clientApplicationSecret = nil
        self.schedule = schedule
        self.suite = suite
    }

    private static func schedule(_ suite: TLS13Suite, _ resumption: TLS13Resumption?) throws(OpenSSLError) -> TLS13KeySchedule {
        guard let resumption else { return try TLS13KeySchedule(suite.digest) }
        return try resumption.schedule()
    }

    /// Whether a server's Finished is right (RFC 8446 §4.4.4).
    /// - Parameter transcript: up to the message before it.
    func verifies(_ verifyData: [UInt8], transcript: TLS13Transcript) throws(OpenSSLError) -> Bool {
        let hash = try transcript.hash(suite.digest)
        let expected = try TLS13KeySchedule.verifyData(suite.digest, base: serverHandshakeSecret, transcriptHash: hash)
        return ConstantTime.areEqual(expected.bytes, verifyData.bytes)
    }

    /// Reads with the keys of application data from here on.
    /// - Parameter transcript: up to the server's Finished.
    mutating func takeUpApplicationKeys(transcript: TLS13Transcript) throws(OpenSSLError) {
        try schedule.mixNothing()
        let hash = try transcript.hash(suite.digest)
        clientApplicationSecret = try schedule.derive("c ap traffic", transcriptHash: hash)
        receiving = try TLS13RecordProtection(suite, secret: try schedule.derive("s ap traffic", transcriptHash: hash))
    }

    /// What stands in our Finished.
    func verifyData(transcript: TLS13Transcript) throws(OpenSSLError) -> [UInt8] {
        let hash = try transcript.hash(suite.digest)
        return try TLS13KeySchedule.verifyData(suite.digest, base: clientHandshakeSecret, transcriptHash: hash)
    }

    /// Writes with the keys of application data from here on.
    mutating func sendApplicationData() throws(OpenSSLError) {
        guard let secret = clientApplicationSecret.take() else { preconditionFailure("our Finished comes once, behind the server's") }
        sending = try TLS13RecordProtection(suite, secret: secret)
    }

    /// The pre-shared key of a ticket (RFC 8446 §4.6.1).
    /// - Parameter transcript: up to our Finished.
    func resumptionKey(ticketNonce: [UInt8], transcript: TLS13Transcript) throws(OpenSSLError) -> SecretBytes {
        let secret = try schedule.derive("res master", transcriptHash: try transcript.hash(suite.digest))
        return try HKDF.expandLabel(
            suite.digest, secret: secret, label: "resumption", context: ticketNonce, count: suite.digest.byteCount)
    }

    mutating func open(_ record: Record) throws(HandshakeFailure) -> (type: Record.ContentType, content: [UInt8]) {
        try receiving.open(record)
    }

    mutating func seal(_ type: Record.ContentType, _ content: [UInt8]) throws(HandshakeFailure) -> [UInt8] {
        try sending.seal(type, content)
    }

    /// The next generation of the keys to read or to write with (RFC 8446 §4.6.3).
    mutating func updateReceiving() throws(OpenSSLError) { receiving = try receiving.updated() }
    mutating func updateSending() throws(OpenSSLError) { sending = try sending.updated() }
}
