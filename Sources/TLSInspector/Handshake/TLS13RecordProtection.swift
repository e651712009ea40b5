internal import OpenSSL

/// Encrypts or decrypts the records of one direction under one traffic secret (RFC 8446 §5.2 and §7.3).
struct TLS13RecordProtection: ~Copyable {
    /// 2^14 of content, its type, and what a cipher adds (RFC 8446 §5.2).
    static let maximumFragmentByteCount = 1 << 14 + 256
    /// No connection of a scan comes near it; RFC 8446 §5.5 allows 2^24.5 under one key.
    static let maximumRecordCount: UInt64 = 1 << 20

    private let suite: TLS13Suite
    private let secret: SecretBytes
    private var aead: AEAD?
    private let ccm: AESCCM?
    private let iv: SecretBytes
    private var sequence: UInt64 = 0

    init(_ suite: TLS13Suite, secret: consuming SecretBytes) throws(OpenSSLError) {
        let key = try HKDF.expandLabel(suite.digest, secret: secret, label: "key", context: [], count: suite.keyByteCount)
        let iv = try HKDF.expandLabel(suite.digest, secret: secret, label: "iv", context: [], count: AEADAlgorithm.nonceByteCount)
        let aead: AEAD?
        let ccm: AESCCM?
        switch suite.cipher {
        case .aead(let algorithm):
            aead = try AEAD(algorithm, key: key)
            ccm = nil
        case .ccm(let tagByteCount):
            aead = nil
            ccm = try AESCCM(key: key, tagByteCount: tagByteCount)
        }
        self.init(suite, secret: secret, aead: aead, ccm: ccm, iv: iv)
    }

    private init(
        _ suite: TLS13Suite, secret: consuming SecretBytes, aead: consuming AEAD?, ccm: consuming AESCCM?, iv: consuming SecretBytes
    ) {
        self.suite = suite
        self.secret = secret
        self.aead = aead
        self.ccm = ccm
        self.iv = iv
    }

    /// The protection that follows a KeyUpdate (RFC 8446 §7.2).
    borrowing func updated() throws(OpenSSLError) -> TLS13RecordProtection {
        let next = try HKDF.expandLabel(
            suite.digest, secret: secret, label: "traffic upd", context: [], count: suite.digest.byteCount)
        return try TLS13RecordProtection(suite, secret: next)
    }

    /// Decrypts one record.
    /// - Returns: what was in it, and what its inner type says it is.
    mutating func open(_ record: Record) throws(HandshakeFailure) -> (type: Record.ContentType, content: [UInt8]) {
        guard record.fragment.count <= Self.maximumFragmentByteCount else { throw .wire(.oversized("an encrypted record")) }
        var inner: [UInt8]
        do {
            inner = try open(record.fragment, header: Self.header(record.fragment.count))
        } catch {
            guard error.code == .authenticationFailed else { throw .unsupported(error.description) }
            throw .wire(.malformed("the tag of an encrypted record"))
        }
        while inner.last == 0 { inner.removeLast() }
        guard let last = inner.popLast() else { throw .wire(.malformed("an encrypted record without a type")) }
        guard let type = Record.ContentType(rawValue: last) else { throw .wire(.malformed("the inner record type \(last)")) }
        guard inner.count <= 1 << 14 else { throw .wire(.oversized("the content of a record")) }
        return (type, inner)
    }

    /// Encrypts content into as many records as it needs.
    mutating func seal(_ type: Record.ContentType, _ content: [UInt8]) throws(HandshakeFailure) -> [UInt8] {
        var records: [UInt8] = []
        var position = 0
        repeat {
            let end = min(position + 1 << 14, content.count)
            let inner = Array(content[position..<end]) + [type.rawValue]
            do {
                let sealed = try seal(inner, header: Self.header(inner.count + tagByteCount))
                records += Record(type: .applicationData, version: 0x0303, fragment: sealed).encoded
            } catch {
                throw .unsupported(error.description)
            }
            position = end
        } while position < content.count
        return records
    }

    private var tagByteCount: Int {
        switch suite.cipher {
        case .aead: AEADAlgorithm.tagByteCount
        case .ccm(let tagByteCount): tagByteCount
        }
    }

    private mutating func open(_ sealed: [UInt8], header: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let nonce = try nextNonce()
        if let opened = try aead?.open(sealed.bytes, nonce: nonce.bytes, authenticating: header.bytes) { return opened }
        if let opened = try ccm?.open(sealed, nonce: nonce, authenticating: header) { return opened }
        preconditionFailure("a record protection has one of two ciphers")
    }

    private mutating func seal(_ plaintext: [UInt8], header: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let nonce = try nextNonce()
        if let sealed = try aead?.seal(plaintext.bytes, nonce: nonce.bytes, authenticating: header.bytes) { return sealed }
        if let sealed = try ccm?.seal(plaintext, nonce: nonce, authenticating: header) { return sealed }
        preconditionFailure("a record protection has one of two ciphers")
    }

    /// The write IV with the number of the record over its end (RFC 8446 §5.3).
    private mutating func nextNonce() throws(OpenSSLError) -> [UInt8] {
        guard sequence < Self.maximumRecordCount else {
            throw OpenSSLError(code: .invalidInput, operation: "protect a record", reason: "too many records under one key")
        }
        var nonce = iv.withBytes { bytes in (0..<bytes.byteCount).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
        for index in 0..<8 { nonce[nonce.count - 1 - index] ^= UInt8(truncatingIfNeeded: sequence >> (8 * UInt64(index))) }
        sequence += 1
        return nonce
    }

    /// What is authenticated beside the content: the header of the record.
    private static func header(_ count: Int) -> [UInt8] {
        [Record.ContentType.applicationData.rawValue, 3, 3, UInt8(count >> 8), UInt8(count & 0xFF)]
    }
}
