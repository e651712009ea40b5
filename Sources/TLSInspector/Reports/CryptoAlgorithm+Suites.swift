extension CryptoAlgorithm {
    /// What a suite is made of, from the key exchange to the hash: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is ECDH, RSA, AES-128-GCM and
    /// SHA-256. Of a suite that is not known nothing is said.
    static func parts(of suite: CipherSuite) -> [CryptoAlgorithm] {
        guard let attributes = suite.attributes else { return [] }
        let exchange = [keyExchange(attributes.keyExchange), signature(attributes), cipher(attributes)].compactMap(\.self)
        return exchange + [mac(attributes.mac) ?? hash(suite)].compactMap(\.self)
    }

    /// Nil where nothing is exchanged, or where the suite does not say what.
    private static func keyExchange(_ method: KeyExchangeMethod) -> CryptoAlgorithm? {
        switch method {
        case .none, .anyTLS13, .psk: return nil
        case .rsa, .rsaExport, .rsaPSK:
            var algorithm = broken("RSAES-PKCS1-v1_5", .pke)
            algorithm.padding = "pkcs1v15"
            return algorithm
        case .dh, .dhe, .dhePSK: return broken("DH", .keyAgreement)
        case .ecdh, .ecdhe, .ecdhePSK: return broken("ECDH", .keyAgreement)
        case .ecmqv, .srp, .gost, .fortezza, .eccPassword: return broken(method.rawValue, .keyAgreement)
        case .kerberos: return CryptoAlgorithm(method.rawValue, .other)
        }
    }

    private static func signature(_ attributes: CipherSuiteAttributes) -> CryptoAlgorithm? {
        guard attributes.signsKeyExchange else { return nil }
        switch attributes.authentication {
        case .rsa, .ecdsa, .ecnra, .kea: return broken(attributes.authentication.rawValue, .signature)
        case .dss: return broken("DSA", .signature)
        case .none, .anyTLS13, .anonymous, .psk, .kerberos, .gost, .password: return nil
        }
    }

    /// By a quantum computer.
    private static func broken(_ name: String, _ primitive: Primitive) -> CryptoAlgorithm {
        var algorithm = CryptoAlgorithm(name, primitive)
        algorithm.quantumLevel = 0
        return algorithm
    }

    private static func cipher(_ attributes: CipherSuiteAttributes) -> CryptoAlgorithm? {
        guard !attributes.isNull else { return nil }
        let hasOneSize = [.tripleDES, .chacha20].contains(attributes.cipher) && !attributes.isExport
        let size = hasOneSize ? nil : "\(attributes.keyBits)"
        let mode = [.none, .stream].contains(attributes.mode) ? nil : attributes.mode.rawValue
        let family = attributes.cipher.rawValue.replacing(" ", with: "-")
        var algorithm = CryptoAlgorithm([family, size, mode].compactMap(\.self).joined(separator: "-"), primitive(attributes))
        algorithm.mode = name(attributes.mode)
        algorithm.parameterSet = "\(attributes.keyBits)"
        let bits = Int64(attributes.keyBits)
        switch attributes.cipher {
        // RFC 7465: how strong it is still, nobody says.
        case .rc4: algorithm.quantumLevel = 0
        case .null, .rc2, .idea, .des, .tripleDES, .skipjack: (algorithm.classicalLevel, algorithm.quantumLevel) = (bits, 0)
        case .aes, .seed, .camellia, .aria, .chacha20, .sm4, .aegis, .gost28147, .kuznyechik, .magma:
            (algorithm.classicalLevel, algorithm.quantumLevel) = (bits, quantumLevel(ofSymmetricBits: bits))
        }
        return algorithm
    }

    private static func primitive(_ attributes: CipherSuiteAttributes) -> Primitive {
        if attributes.isAEAD { return .ae }
        return attributes.mode == .stream ? .streamCipher : .blockCipher
    }

    /// As CycloneDX has it.
    private static func name(_ mode: CipherMode) -> String? {
        switch mode {
        case .none, .stream: nil
        case .cbc: "cbc"
        case .gcm: "gcm"
        case .ccm, .ccm8: "ccm"
        case .ctr: "ctr"
        case .poly1305, .mgm, .aegis: "other"
        }
    }

    private static func mac(_ mac: SuiteMAC) -> CryptoAlgorithm? {
        switch mac {
        case .none, .aead: nil
        case .md5, .sha1, .sha256, .sha384, .ripemd160: CryptoAlgorithm("HMAC-\(mac.rawValue)", .mac)
        case .gost, .omac: CryptoAlgorithm(mac.rawValue, .mac)
        }
    }

    /// Of the key derivation, which a suite names that needs no MAC; SHA-256 for those that have no word for it (RFC 6655 §3).
    private static func hash(_ suite: CipherSuite) -> CryptoAlgorithm? {
        guard suite.attributes?.isAEAD == true, let last = suite.registeredName?.split(separator: "_").last else { return nil }
        // NIST's call for post-quantum cryptography §4.A.5: collisions.
        let known: [Substring: (name: String, level: Int64)] = [
            "SHA256": ("SHA-256", 2), "SHA384": ("SHA-384", 4), "SHA512": ("SHA-512", 5), "CCM": ("SHA-256", 2), "8": ("SHA-256", 2),
        ]
        guard let entry = known[last] else { return last == "SM3" ? CryptoAlgorithm("SM3", .hash) : nil }
        var algorithm = CryptoAlgorithm(entry.name, .hash)
        algorithm.quantumLevel = entry.level
        return algorithm
    }
}
