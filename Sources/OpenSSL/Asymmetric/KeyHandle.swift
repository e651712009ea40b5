import COpenSSL

/// A key of libcrypto's (an EVP_PKEY) and what type it is: what private and public keys have in common.
@safe
struct KeyHandle: ~Copyable {
    let type: AsymmetricKeyType
    private let key: Owned

    var pointer: OpaquePointer {
        unsafe key.pointer
    }

    /// Takes a key over and refuses types, curves and sizes that this module does not offer.
    init(_ operation: Operation, _ key: consuming Owned) throws(OpenSSLError) {
        type = try unsafe Self.type(of: key.pointer, operation)
        self.key = key
    }

    /// A context for one computation with the key.
    func context(_ operation: Operation) throws(OpenSSLError) -> Owned {
        try unsafe Owned(operation.check(EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil)), release: EVP_PKEY_CTX_free)
    }

    private static func type(of key: OpaquePointer, _ operation: Operation) throws(OpenSSLError) -> AsymmetricKeyType {
        if unsafe EVP_PKEY_is_a(key, "RSA") == 1 {
            let bits = unsafe Int(EVP_PKEY_get_bits(key))
            let range = AsymmetricKeyType.rsaBitRange
            try operation.require(range.contains(bits), "an RSA modulus of \(bits) bits, \(range) allowed", code: .unsupported)
            return .rsa(bits: bits)
        }
        if unsafe EVP_PKEY_is_a(key, "EC") == 1 { return try unsafe curve(of: key, operation) }
        if unsafe EVP_PKEY_is_a(key, "ED25519") == 1 { return .ed25519 }
        if unsafe EVP_PKEY_is_a(key, "X25519") == 1 { return .x25519 }
        throw OpenSSLError(code: .unsupported, operation: operation.name, reason: "a type of key that is not offered")
    }

    private static func curve(of key: OpaquePointer, _ operation: Operation) throws(OpenSSLError) -> AsymmetricKeyType {
        // Parameters written out in full are refused even where they are those of a known curve (RFC 5480 §2.1.1):
        // a reader that believes them can be given a curve of the attacker's choice (CVE-2020-0601).
        var explicit: Int32 = 0
        try unsafe operation.check(EVP_PKEY_get_int_param(key, "decoded-from-explicit", &explicit))
        try operation.require(explicit == 0, "the curve is not given by name", code: .unsupported)
        for type in AsymmetricKeyType.curves {
            guard let name = type.curveName else { continue }
            if unsafe groupName(of: key) == name.description { return type }
        }
        Operation.discardErrors()
        throw OpenSSLError(code: .unsupported, operation: operation.name, reason: "a curve that is not offered")
    }

    private static func groupName(of key: OpaquePointer) -> String? {
        // The longest name of a curve in libcrypto has 20 letters.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
            guard unsafe EVP_PKEY_get_group_name(key, name.baseAddress, name.count, nil) == 1 else { return nil }
            return unsafe name.baseAddress.map { unsafe String(cString: $0) }
        }
    }
}

extension KeyHandle {
    /// The public half as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    func spkiDER() throws(OpenSSLError) -> [UInt8] {
        let operation = Operation("write public key")
        let count = unsafe i2d_PUBKEY(pointer, nil)
        guard count > 0 else { throw operation.failure(.libraryFailure) }
        var der = [UInt8](repeating: 0, count: Int(count))
        let written = unsafe der.withUnsafeMutableBytes { buffer in
            var position = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe i2d_PUBKEY(pointer, &position)
        }
        guard written == count else { throw operation.failure(.libraryFailure) }
        return der
    }

    /// The 32 bytes of the public half of an X25519 or Ed25519 key.
    func rawPublicBytes(_ operation: Operation) throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        let result = unsafe bytes.withUnsafeMutableBytes { unsafe EVP_PKEY_get_raw_public_key(pointer, $0.baseAddress, &count) }
        try operation.check(result)
        return bytes
    }
}
