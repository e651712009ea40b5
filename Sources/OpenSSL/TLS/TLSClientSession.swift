import COpenSSL
import COpenSSLShims

/// One connection of libssl as a client, over memory instead of a socket: bytes from the peer go in, bytes for it come out.
///
/// It is for looking at servers, not for trusting them; see ``TLSClientContext`` for what it lets pass. Not `Sendable`: one task uses it.
@safe
public final class TLSClientSession {
    /// How far a call got.
    public enum Progress: Sendable, Hashable {
        case done
        /// Send what ``takeOutput()`` gives, feed what comes, and call again.
        case wantsBytes
    }

    /// What a call of ``read()`` found.
    public enum Reading: Sendable, Hashable {
        case data([UInt8])
        case wantsBytes
        /// The peer said close_notify.
        case closed
    }

    public struct Alert: Sendable, Hashable {
        /// 1 warning, 2 fatal.
        public let level: UInt8
        public let code: UInt8
    }

    /// The most bytes that are fed at once.
    public static let maximumInputByteCount = 1 << 20

    private let ssl: Owned
    private let log = TLSMessageLog()
    /// Of the SSL, which frees them.
    private let input: OpaquePointer
    private let output: OpaquePointer

    /// - Parameter session: to be taken up again.
    /// - Throws: `invalidInput` for values that libssl does not take; `invalidKey` for a certificate or key that cannot be read.
    public init(_ configuration: TLSClientConfiguration, resuming session: TLSSession? = nil) throws(OpenSSLError) {
        let operation = Operation("begin a TLS session")
        let ssl = try unsafe Owned(operation.check(SSL_new(try TLSClientContext.get())), release: SSL_free)
        unsafe input = try operation.check(BIO_new(BIO_s_mem()))
        do throws(OpenSSLError) {
            unsafe output = try operation.check(BIO_new(BIO_s_mem()))
        } catch {
            unsafe _ = BIO_free(input)
            throw error
        }
        unsafe SSL_set_bio(ssl.pointer, input, output)
        unsafe SSL_set_connect_state(ssl.pointer)
        self.ssl = ssl
        observe()
        try apply(configuration, operation)
        try identify(configuration)
        if let session { try unsafe operation.check(SSL_set_session(self.ssl.pointer, session.pointer)) }
        Operation.discardErrors()
    }

    /// Takes bytes from the peer.
    public func feed(_ bytes: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("read a TLS record")
        try operation.require(bytes.count <= Self.maximumInputByteCount, "\(bytes.count) bytes at once")
        guard !bytes.isEmpty else { return }
        var written = 0
        try unsafe operation.check(BIO_write_ex(input, bytes, bytes.count, &written))
        try operation.require(written == bytes.count, "bytes were lost", code: .libraryFailure)
    }

    /// What is to be sent to the peer; also after a failure, when it holds the alert.
    public func takeOutput() -> [UInt8] {
        let count = unsafe BIO_ctrl_pending(output)
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        var read = 0
        guard unsafe BIO_read_ex(output, &bytes, count, &read) == 1 else { preconditionFailure("bytes that lie in memory can be read") }
        return Array(bytes.prefix(read))
    }

    /// Goes on with the handshake, the first one or another.
    public func handshake() throws(OpenSSLError) -> Progress {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl.pointer)
        return try result == 1 ? .done : wanted(result, Operation("TLS handshake"))
    }

    /// Asks for a new handshake in the running connection; then ``handshake()`` goes through it.
    public func renegotiate() throws(OpenSSLError) {
        ERR_clear_error()
        try unsafe Operation("TLS renegotiation").check(SSL_renegotiate(ssl.pointer))
    }

    /// Encrypts application data.
    public func write(_ bytes: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("write TLS data")
        guard !bytes.isEmpty else { return }
        ERR_clear_error()
        var written = 0
        try unsafe operation.check(SSL_write_ex(ssl.pointer, bytes, bytes.count, &written))
        try operation.require(written == bytes.count, "bytes were lost", code: .libraryFailure)
    }

    /// Decrypts what has come.
    public func read() throws(OpenSSLError) -> Reading {
        ERR_clear_error()
        // The content of one record.
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        var count = 0
        let result = unsafe SSL_read_ex(ssl.pointer, &buffer, buffer.count, &count)
        if result == 1 { return .data(Array(buffer.prefix(count))) }
        if unsafe SSL_get_error(ssl.pointer, result) == SSL_ERROR_ZERO_RETURN { return .closed }
        _ = try wanted(result, Operation("read TLS data"))
        return .wantsBytes
    }

    /// Puts close_notify into the output. A session without it counts as broken, and many servers forget it then.
    public func shutDown() {
        ERR_clear_error()
        unsafe _ = SSL_shutdown(ssl.pointer)
        Operation.discardErrors()
    }

    private func wanted(_ result: Int32, _ operation: Operation) throws(OpenSSLError) -> Progress {
        let error = unsafe SSL_get_error(ssl.pointer, result)
        guard error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE else { throw operation.failure(.libraryFailure) }
        return .wantsBytes
    }
}

// MARK: What was agreed

extension TLSClientSession {
    /// On the wire: 0x0303 for TLS 1.2.
    public var version: UInt16 { unsafe UInt16(truncatingIfNeeded: SSL_version(ssl.pointer)) }

    /// The number of the suite, nil before there is one.
    public var cipherSuite: UInt16? {
        guard let cipher = unsafe SSL_get_current_cipher(ssl.pointer) else { return nil }
        return unsafe SSL_CIPHER_get_protocol_id(cipher)
    }

    /// Whether the session that was given was taken up again.
    public var isResumed: Bool { unsafe SSL_session_reused(ssl.pointer) == 1 }

    /// The session as it is now. In TLS 1.3 it can be taken up again only once a ticket has been read.
    public var session: TLSSession? {
        guard let session = unsafe SSL_get1_session(ssl.pointer) else { return nil }
        return unsafe TLSSession(session)
    }

    /// What ALPN chose; empty if nothing.
    public var applicationProtocol: [UInt8] {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl.pointer, &start, &count)
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// The bodies of the CertificateRequest messages that came, not yet read.
    public var certificateRequests: [[UInt8]] { log.certificateRequests }
    /// In the order in which they came.
    public var receivedAlerts: [Alert] { log.receivedAlerts }
    public var sentAlerts: [Alert] { log.sentAlerts }
}

// MARK: Setting up

extension TLSClientSession {
    /// What libssl shows goes to the log, which lives as long as the SSL that holds its address.
    private func observe() {
        unsafe SSL_ctrl(ssl.pointer, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, Unmanaged.passUnretained(log).toOpaque())
        unsafe SSL_set_msg_callback(ssl.pointer) { isSent, _, contentType, start, count, _, log in
            guard let log = unsafe log else { return }
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
            unsafe Unmanaged<TLSMessageLog>.fromOpaque(log).takeUnretainedValue().add(isSent: isSent == 1, contentType: contentType, bytes)
        }
    }

    private func apply(_ configuration: TLSClientConfiguration, _ operation: Operation) throws(OpenSSLError) {
        try set(SSL_CTRL_SET_MIN_PROTO_VERSION, Int(configuration.minimumVersion), operation)
        try set(SSL_CTRL_SET_MAX_PROTO_VERSION, Int(configuration.maximumVersion), operation)
        if !configuration.asksForTickets { unsafe SSL_set_options(ssl.pointer, coffer_ssl_no_ticket) }
        if let list = configuration.cipherList {
            try unsafe operation.check(SSL_set_cipher_list(ssl.pointer, list), else: .invalidInput)
        }
        if configuration.maximumVersion <= 0x0303 {
            // Not in a hello of TLS 1.3, where some servers refuse the curves that it does not have.
            try set(SSL_CTRL_SET_GROUPS_LIST, text: Self.legacyGroups, operation)
        }
        if let name = configuration.serverName {
            try operation.require(!name.isEmpty && name.utf8.count <= 255 && !name.utf8.contains(0), "a server name of that form")
            try set(SSL_CTRL_SET_TLSEXT_HOSTNAME, text: name, operation)
        }
        guard !configuration.applicationProtocols.isEmpty else { return }
        var list: [UInt8] = []
        for name in configuration.applicationProtocols {
            try operation.require((1...255).contains(name.utf8.count), "an application protocol of \(name.utf8.count) bytes")
            list += [UInt8(name.utf8.count)] + Array(name.utf8)
        }
        // The one function of libssl in which 0 is success.
        let result = unsafe SSL_set_alpn_protos(ssl.pointer, list, UInt32(list.count))
        try operation.require(result == 0, "application protocols that libssl does not take")
    }

    private static let legacyGroups =
        "X25519:P-256:P-384:P-521:X448:secp256k1:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:ffdhe2048:ffdhe3072:ffdhe4096"

    private func set(_ command: Int32, _ value: Int, _ operation: Operation) throws(OpenSSLError) {
        try unsafe operation.check(Int32(clamping: SSL_ctrl(ssl.pointer, command, value, nil)), else: .invalidInput)
    }

    /// libssl copies the text.
    private func set(_ command: Int32, text: String, _ operation: Operation) throws(OpenSSLError) {
        // TLSEXT_NAMETYPE_host_name is 0, and the list of groups has no number.
        let result = unsafe text.withCString { unsafe SSL_ctrl(ssl.pointer, command, 0, UnsafeMutableRawPointer(mutating: $0)) }
        try operation.check(Int32(clamping: result), else: .invalidInput)
    }

    private func identify(_ configuration: TLSClientConfiguration) throws(OpenSSLError) {
        guard !configuration.certificateChain.isEmpty else { return }
        let operation = Operation("read the client certificate")
        let limit = Int(Int32.max)
        try operation.require(configuration.certificateChain.count < limit && configuration.privateKey.count < limit, "too long")
        try useCertificates(configuration.certificateChain, operation)
        try useKey(configuration.privateKey, operation)
    }

    private func useCertificates(_ pem: [UInt8], _ operation: Operation) throws(OpenSSLError) {
        var pem = pem
        let result: Result<Void, OpenSSLError> = unsafe pem.withUnsafeMutableBytes { buffer in
            do throws(OpenSSLError) {
                let source = try unsafe Owned(
                    operation.check(BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))), release: { unsafe _ = BIO_free($0) })
                var isFirst = true
                // Each turn consumes a block of the text, so the loop ends with it.
                while let next = unsafe PEM_read_bio_X509(source.pointer, nil, { _, _, _, _ in -1 }, nil) {
                    let certificate = unsafe Owned(next, release: X509_free)
                    if isFirst {
                        try unsafe operation.check(SSL_use_certificate(ssl.pointer, certificate.pointer), else: .invalidKey)
                    } else {
                        let result = unsafe SSL_ctrl(ssl.pointer, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(certificate.pointer))
                        try operation.check(Int32(clamping: result), else: .invalidKey)
                    }
                    isFirst = false
                }
                // At the end libcrypto finds no further block, which is an error to it.
                guard !isFirst else { throw operation.failure(.invalidKey) }
                Operation.discardErrors()
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Without a passphrase: one that the key needs is not asked for, and the key is refused.
    private func useKey(_ bytes: [UInt8], _ operation: Operation) throws(OpenSSLError) {
        var made: OpaquePointer?
        let decoder = try unsafe Owned(
            operation.check(OSSL_DECODER_CTX_new_for_pkey(&made, nil, nil, nil, coffer_key_pair_selection, nil, nil)),
            release: OSSL_DECODER_CTX_free)
        let result = unsafe bytes.withUnsafeBytes { bytes in
            var position = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var left = bytes.count
            return unsafe OSSL_DECODER_from_data(decoder.pointer, &position, &left)
        }
        try operation.check(result, else: .invalidKey)
        let key = try unsafe Owned(operation.check(made, else: .invalidKey), release: EVP_PKEY_free)
        try unsafe operation.check(SSL_use_PrivateKey(ssl.pointer, key.pointer), else: .invalidKey)
        try unsafe operation.check(SSL_check_private_key(ssl.pointer), else: .invalidKey)
        Operation.discardErrors()
    }
}
