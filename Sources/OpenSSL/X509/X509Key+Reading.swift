import COpenSSL

extension X509Key {
    /// - Throws: `invalidInput` if the key is of a type that libcrypto reads and yet cannot be read.
    init(_ info: OpaquePointer?, _ operation: Operation) throws(OpenSSLError) {
        var object: OpaquePointer?
        guard unsafe X509_PUBKEY_get0_param(&object, nil, nil, nil, info) == 1 else { throw operation.failure(.invalidInput) }
        algorithm = unsafe ASN1Value.longName(object)
        algorithmOID = unsafe ASN1Value.oid(object)
        guard let key = unsafe X509_PUBKEY_get0(info) else {
            let failure = operation.failure(.invalidInput)
            guard !Self.readableOIDs.contains(algorithmOID) else { throw failure }
            (bits, curve, modulus, exponent, exponentText) = (nil, nil, nil, nil, nil)
            return
        }
        let count = unsafe Int(EVP_PKEY_get_bits(key))
        bits = count > 0 ? count : nil
        curve = unsafe Self.curve(key)
        let modulus = try unsafe Self.number("n", of: key, operation)
        let exponent = try unsafe Self.number("e", of: key, operation)
        self.modulus = modulus?.bytes
        self.exponent = exponent?.bytes
        exponentText = exponent?.decimal
        Operation.discardErrors()
    }

    /// RSA, RSASSA-PSS, DSA, EC, X25519, X448, Ed25519, Ed448: a key of these that cannot be read is broken, others are just not known.
    private static let readableOIDs: Set<String> = [
        "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10040.4.1", "1.2.840.10045.2.1", "1.3.101.110", "1.3.101.111",
        "1.3.101.112", "1.3.101.113",
    ]

    private static func curve(_ key: OpaquePointer) -> String? {
        guard unsafe EVP_PKEY_is_a(key, "EC") == 1 else { return nil }
        var explicit: Int32 = 0
        if unsafe EVP_PKEY_get_int_param(key, "decoded-from-explicit", &explicit) == 1, explicit != 0 { return "explicit" }
        // The longest name of a curve in libcrypto has 20 letters.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
            guard unsafe EVP_PKEY_get_group_name(key, name.baseAddress, name.count, nil) == 1 else { return nil }
            return unsafe name.baseAddress.map { unsafe String(cString: $0) }
        }
    }

    private static func number(_ name: String, of key: OpaquePointer, _ operation: Operation) throws(OpenSSLError) -> X509Number? {
        guard unsafe EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1 else { return nil }
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1, let number = unsafe number else {
            throw operation.failure(.libraryFailure)
        }
        defer { unsafe BN_free(number) }
        return try unsafe X509Number(number, operation)
    }
}

/// A public number in the two forms that people and programs read.
struct X509Number {
    let bytes: [UInt8]
    let decimal: String

    init(_ number: OpaquePointer, _ operation: Operation) throws(OpenSSLError) {
        let count = unsafe (Int(BN_num_bits(number)) + 7) / 8
        var bytes = [UInt8](repeating: 0, count: count)
        let written = unsafe bytes.withUnsafeMutableBytes {
            unsafe BN_bn2binpad(number, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(count))
        }
        guard Int(written) == count, let text = unsafe BN_bn2dec(number) else { throw operation.failure(.libraryFailure) }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        self.bytes = bytes
        decimal = unsafe String(cString: text)
    }
}
