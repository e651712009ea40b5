extension CryptoAlgorithm {
    /// The algorithms that IANA's name of a suite names, in its order: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` is ECDH, RSA signatures,
    /// AES-128-GCM and SHA-256. Of a suite without a name nothing is said.
    static func named(in suite: CipherSuite) -> [CryptoAlgorithm] {
        guard let name = suite.registeredName, name.hasPrefix("TLS_") else { return [] }
        let words = name.dropFirst(4).split(separator: "_").map(String.init)
        guard let with = words.firstIndex(of: "WITH") else { return protection(words) }
        return keyExchange(Array(words[..<with])) + protection(Array(words[(with + 1)...]))
    }

    private static func keyExchange(_ words: [String]) -> [CryptoAlgorithm] {
        let isEphemeral = words.first.map { ["DH", "DHE", "ECDH", "ECDHE"].contains($0) } ?? false
        return words.compactMap { word in
            switch word {
            case "DH", "DHE": broken("DH", .keyAgreement)
            case "ECDH", "ECDHE": broken("ECDH", .keyAgreement)
            case "RSA": isEphemeral ? broken("RSASSA-PKCS1-v1_5", .signature) : broken("RSAES-PKCS1-v1_5", .pke)
            case "ECDSA": broken("ECDSA", .signature)
            case "DSS": broken("DSA", .signature)
            case "SRP", "KRB5", "ECCPWD": CryptoAlgorithm(word, .other)
            // `anon`, `NULL`, `EXPORT`, `PSK` and the like are no algorithms.
            default: nil
            }
        }
    }

    /// By a quantum computer.
    private static func broken(_ name: String, _ primitive: Primitive) -> CryptoAlgorithm {
        var algorithm = CryptoAlgorithm(name, primitive)
        algorithm.quantumLevel = 0
        if name.contains("PKCS1") { algorithm.padding = "pkcs1v15" }
        return algorithm
    }

    /// The cipher with its mode, and the hash behind it.
    private static func protection(_ words: [String]) -> [CryptoAlgorithm] {
        let hash = words.last.flatMap(hash)
        let cipherWords = hash == nil ? words : words.dropLast()
        let cipher = cipher(cipherWords)
        // RFC 6655: suites in CCM mode have no word for their hash, which is SHA-256.
        let implied = hash == nil && cipher?.mode == "ccm" ? Self.hash("SHA256") : nil
        return [cipher, hash ?? implied].compactMap(\.self)
    }

    private static func cipher(_ words: [String]) -> CryptoAlgorithm? {
        guard let first = words.first, first != "NULL" else { return nil }
        // RFC 9150: integrity alone.
        if let digest = hash(first), words.count == 1 { return CryptoAlgorithm("HMAC-\(digest.name)", .mac) }
        let mode = ["GCM", "CCM", "CBC"].first(where: words.contains)?.lowercased()
        let primitive: Primitive
        switch (mode, first) {
        case ("gcm", _), ("ccm", _), (_, "CHACHA20"), (_, "AEGIS"): primitive = .ae
        case ("cbc", _): primitive = .blockCipher
        case (_, "RC4"): primitive = .streamCipher
        default: primitive = .unknown
        }
        var algorithm = CryptoAlgorithm(words.joined(separator: "-"), primitive)
        algorithm.mode = mode
        guard let bits = keyBits(words) else { return algorithm }
        algorithm.parameterSet = "\(bits)"
        let isBroken = ["RC4", "RC2", "DES", "DES40", "3DES"].contains(first)
        algorithm.classicalLevel = first == "3DES" ? 112 : first == "RC4" && bits == 128 ? 0 : bits
        algorithm.quantumLevel = isBroken ? 0 : quantumLevel(ofSymmetricBits: bits)
        return algorithm
    }

    private static func keyBits(_ words: [String]) -> Int64? {
        switch words.first {
        case "CHACHA20": 256
        case "3DES": 168
        case "DES": 56
        case "DES40": 40
        case "IDEA", "SEED", "SM4": 128
        default: words.lazy.compactMap { Int64($0.prefix { $0.isNumber }) }.first { $0 >= 40 }
        }
    }

    private static func hash(_ word: String) -> CryptoAlgorithm? {
        // Collisions: SHA-1's and MD5's were found (category 0); FIPS 180-4, NIST's call §4.A.5.
        let known: [String: (name: String, quantumLevel: Int64)] = [
            "MD5": ("MD5", 0), "SHA": ("SHA-1", 0), "SHA256": ("SHA-256", 2), "SHA384": ("SHA-384", 4), "SHA512": ("SHA-512", 5),
            "SM3": ("SM3", 2),
        ]
        guard let entry = known[word] else { return nil }
        var algorithm = CryptoAlgorithm(entry.name, .hash)
        algorithm.quantumLevel = entry.quantumLevel
        return algorithm
    }
}
