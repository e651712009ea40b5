import COpenSSL

/// The private half of one key exchange: a key pair that is made for one connection and thrown away with it (RFC 8446 §4.2.8.2).
///
/// It has more curves than ``PrivateKey``, which is for keys that are kept: a client that looks at foreign servers has to agree on a key
/// in whatever group they choose.
///
/// Unchecked, because it holds a C pointer: the key is complete when the initializer returns and nothing changes it afterwards.
public struct KeyShare: ~Copyable, @unchecked Sendable {
    public enum Group: Sendable, Hashable, CaseIterable {
        /// RFC 7748.
        case x25519, x448
        /// FIPS 186-5.
        case secp256r1, secp384r1, secp521r1
        /// RFC 5639, in TLS 1.3 by RFC 8734.
        case brainpoolP256r1, brainpoolP384r1, brainpoolP512r1
    }

    public let group: Group
    /// As it stands in the extension key_share: 32 or 56 bytes, or an uncompressed point.
    public let publicValue: [UInt8]
    private let key: Owned

    /// Makes a new key pair.
    /// - Throws: `unsupported` if the installed libcrypto does not have the group.
    public init(_ group: Group) throws(OpenSSLError) {
        let operation = Operation("make a key share")
        let context = try unsafe Owned(
            operation.check(EVP_PKEY_CTX_new_from_name(nil, group.algorithm.cString, nil), else: .unsupported), release: EVP_PKEY_CTX_free)
        try unsafe operation.check(EVP_PKEY_keygen_init(context.pointer))
        if let curve = group.curve {
            var parameters = unsafe Parameters(capacity: 1)
            unsafe parameters.append("group", text: curve)
            let result = unsafe parameters.withPointer { unsafe EVP_PKEY_CTX_set_params(context.pointer, $0) }
            try operation.check(result, else: .unsupported)
        }
        var made: OpaquePointer?
        try unsafe operation.check(EVP_PKEY_generate(context.pointer, &made), else: .unsupported)
        let key = try unsafe Owned(operation.check(made), release: EVP_PKEY_free)
        self.publicValue = try Self.publicValue(of: key, group, operation)
        self.key = key
        self.group = group
    }

    /// Agrees on a secret with the owner of another share in the same group.
    /// - Parameter peer: the public value as it came from the peer.
    /// - Throws: `invalidKey` for what is not an uncompressed point of the curve, has the wrong length, or gives a secret of zeros.
    public borrowing func sharedSecret(with peer: [UInt8]) throws(OpenSSLError) -> SecretBytes {
        let operation = Operation("key exchange")
        try operation.require(
            peer.count == publicValue.count, "a share of \(peer.count) bytes, not \(publicValue.count)", code: .invalidKey)
        // RFC 8446 §4.2.8.2: the uncompressed form alone.
        try operation.require(group.curve == nil || peer.first == 4, "the point is not uncompressed", code: .invalidKey)
        let peerKey = try unsafe Owned(operation.check(EVP_PKEY_new()), release: EVP_PKEY_free)
        try unsafe operation.check(EVP_PKEY_copy_parameters(peerKey.pointer, key.pointer))
        try unsafe operation.check(EVP_PKEY_set1_encoded_public_key(peerKey.pointer, peer, peer.count), else: .invalidKey)
        let context = try unsafe Owned(
            operation.check(EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)), release: EVP_PKEY_CTX_free)
        try unsafe operation.check(EVP_PKEY_derive_init(context.pointer))
        try unsafe operation.check(EVP_PKEY_derive_set_peer_ex(context.pointer, peerKey.pointer, 1), else: .invalidKey)
        return try unsafe SecretBytes(count: group.secretByteCount) { (output) throws(OpenSSLError) in
            var written = output.count
            try unsafe operation.check(EVP_PKEY_derive(context.pointer, output.baseAddress, &written), else: .invalidKey)
            guard written == output.count else { throw operation.failure(.libraryFailure) }
        }
    }

    private static func publicValue(of key: borrowing Owned, _ group: Group, _ operation: Operation) throws(OpenSSLError) -> [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe EVP_PKEY_get1_encoded_public_key(key.pointer, &start)
        defer { unsafe CRYPTO_free(start, nil, 0) }
        guard count == group.shareByteCount else { throw operation.failure(.libraryFailure) }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }
}

extension KeyShare.Group {
    fileprivate var algorithm: StaticString {
        switch self {
        case .x25519: "X25519"
        case .x448: "X448"
        case .secp256r1, .secp384r1, .secp521r1, .brainpoolP256r1, .brainpoolP384r1, .brainpoolP512r1: "EC"
        }
    }

    fileprivate var curve: StaticString? {
        switch self {
        case .x25519, .x448: nil
        case .secp256r1: "prime256v1"
        case .secp384r1: "secp384r1"
        case .secp521r1: "secp521r1"
        case .brainpoolP256r1: "brainpoolP256r1"
        case .brainpoolP384r1: "brainpoolP384r1"
        case .brainpoolP512r1: "brainpoolP512r1"
        }
    }

    /// The length of what two sides agree on: a coordinate, with its leading zeros.
    fileprivate var secretByteCount: Int {
        switch self {
        case .x25519, .secp256r1, .brainpoolP256r1: 32
        case .x448: 56
        case .secp384r1, .brainpoolP384r1: 48
        case .secp521r1: 66
        case .brainpoolP512r1: 64
        }
    }

    fileprivate var shareByteCount: Int { curve == nil ? secretByteCount : 1 + 2 * secretByteCount }
}
