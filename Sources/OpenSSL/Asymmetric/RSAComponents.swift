import COpenSSL

/// The numbers of an RSA key pair (RFC 8017 §3.2) as ssh keeps them, each most significant byte first.
public struct RSAComponents: ~Copyable, Sendable {
    let modulus: [UInt8]
    let publicExponent: [UInt8]
    let privateExponent: SecretBytes
    let coefficient: SecretBytes
    let prime1: SecretBytes
    let prime2: SecretBytes

    /// - Parameters:
    ///   - privateExponent: d.
    ///   - coefficient: the inverse of `prime2` modulo `prime1`.
    public init(
        modulus: [UInt8], publicExponent: [UInt8], privateExponent: consuming SecretBytes, coefficient: consuming SecretBytes,
        prime1: consuming SecretBytes, prime2: consuming SecretBytes
    ) {
        self.modulus = modulus
        self.publicExponent = publicExponent
        self.privateExponent = privateExponent
        self.coefficient = coefficient
        self.prime1 = prime1
        self.prime2 = prime2
    }

    /// An RSAPrivateKey (RFC 8017 §A.1.2): version 0, n, e, d, p, q, d mod (p−1), d mod (q−1), coefficient.
    func pkcs1DER() throws(OpenSSLError) -> SecretBytes {
        let longest = AsymmetricKeyType.rsaBitRange.upperBound / 8 + 1
        for count in [modulus.count, publicExponent.count, privateExponent.count, coefficient.count, prime1.count, prime2.count] {
            try Self.operation.require(count >= 1 && count <= longest, "a number has \(count) bytes", code: .invalidKey)
        }
        try checkPrimes()
        // Eight numbers of the modulus' length at most, with their headers.
        var content = try SecretBuffer(capacity: 8 * (longest + 8))
        let open = DER.integer([0]) + DER.integer(modulus) + DER.integer(publicExponent)
        try content.append(open.bytes)
        try DER.append(integer: privateExponent, to: &content)
        try DER.append(integer: prime1, to: &content)
        try DER.append(integer: prime2, to: &content)
        try DER.append(integer: reducedExponent(prime1), to: &content)
        try DER.append(integer: reducedExponent(prime2), to: &content)
        try DER.append(integer: coefficient, to: &content)
        return try content.withBytes { content throws(OpenSSLError) in
            try SecretBytes(prefix: DER.header(0x30, count: content.byteCount), content)
        }
    }

    /// p·q = n, and q·coefficient = 1 modulo p. (libcrypto does without the primes where they give a wrong result.)
    private func checkPrimes() throws(OpenSSLError) {
        let operation = Self.operation
        let context = try unsafe Owned(operation.check(BN_CTX_secure_new()), release: BN_CTX_free)
        let p = try BigNumber(operation, secretBigEndian: prime1)
        let q = try BigNumber(operation, secretBigEndian: prime2)
        let product = try BigNumber(secret: operation)
        try unsafe operation.check(BN_mul(product.pointer, p.pointer, q.pointer, context.pointer))
        let n = try BigNumber(operation, bigEndian: modulus)
        try unsafe operation.require(BN_cmp(product.pointer, n.pointer) == 0, "the primes are not those of the modulus", code: .invalidKey)
        let inverse = try BigNumber(operation, secretBigEndian: coefficient)
        try unsafe operation.check(BN_mod_mul(product.pointer, q.pointer, inverse.pointer, p.pointer, context.pointer))
        try operation.require(product.isOne, "the coefficient is not that of the primes", code: .invalidKey)
    }

    /// d mod (prime − 1).
    private func reducedExponent(_ prime: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        let operation = Self.operation
        let context = try unsafe Owned(operation.check(BN_CTX_secure_new()), release: BN_CTX_free)
        let divisor = try BigNumber(operation, secretBigEndian: prime)
        try operation.require(divisor.byteCount > 1, "a prime is too small", code: .invalidKey)
        try unsafe operation.check(BN_sub_word(divisor.pointer, 1))
        let exponent = try BigNumber(operation, secretBigEndian: privateExponent)
        let remainder = try BigNumber(secret: operation)
        try unsafe operation.check(BN_div(nil, remainder.pointer, exponent.pointer, divisor.pointer, context.pointer))
        return try remainder.secretBigEndian(operation)
    }

    private static let operation = Operation("read RSA key")
}

extension SecretBytes {
    /// Public bytes and secret ones behind them.
    init(prefix: [UInt8], _ secret: RawSpan) throws(OpenSSLError) {
        try unsafe self.init(count: prefix.count + secret.byteCount) { (buffer) throws(OpenSSLError) in
            unsafe buffer.copyBytes(from: prefix)
            unsafe secret.withUnsafeBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[prefix.count...]).copyMemory(from: $0)
            }
        }
    }
}
