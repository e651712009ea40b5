extension CryptoAlgorithm {
    /// A group for key exchange.
    init(_ group: NamedGroup) {
        let attributes = group.attributes
        switch attributes?.kind {
        case .ellipticCurve, .finiteField: self.init(group.name, .keyAgreement)
        case .hybrid: self.init(group.name, .combiner)
        case .pureKEM: self.init(group.name, .kem)
        // What it is made of was never a standard, or it is no group that we know.
        case .draft, nil: self.init(group.name, .unknown)
        }
        let strength = attributes.map { Int64($0.strength) } ?? 0
        switch attributes?.kind {
        case .ellipticCurve: (curve, quantumLevel) = (group.name, 0)
        case .finiteField: (parameterSet, quantumLevel) = (attributes?.fieldBits.map { "\($0)" }, 0)
        // FIPS 203 §8: as strong as AES of that size.
        case .hybrid, .pureKEM: quantumLevel = strength > 0 ? Self.quantumLevel(ofSymmetricBits: strength) : nil
        case .draft, nil: break
        }
        classicalLevel = strength > 0 ? strength : nil
    }

    /// The group of a DHE suite.
    init(_ parameters: FiniteFieldParameters) {
        self.init("DH-\(parameters.name ?? "\(parameters.bits)-\(parameters.fingerprint.prefix(16))")", .keyAgreement)
        (parameterSet, quantumLevel) = ("\(parameters.bits)", 0)
        // Nobody knows how strong a group is whose modulus is no prime.
        classicalLevel = parameters.isPrime ? Self.classicalLevel(ofFactoringBits: parameters.bits) : 0
    }

    /// Of a certificate's key: what it is made for, whatever it is used for.
    init(_ key: CertificateKeyFacts) {
        let size = key.curve ?? (key.algorithm.hasPrefix("ML-") ? nil : key.bits.map { "\($0)" })
        self.init(size.map { "\(key.algorithm)-\($0)" } ?? key.algorithm, key.algorithm == "RSA" ? .pke : .signature)
        curve = key.curve
        parameterSet = key.bits.map { "\($0)" }
        quantumLevel = Self.signatureQuantumLevel(key.algorithm)
        switch key.algorithm {
        case "RSA", "RSA-PSS", "DSA": classicalLevel = key.bits.map(Self.classicalLevel(ofFactoringBits:))
        case "EC", "SM2": classicalLevel = key.bits.map { Int64($0 / 2) }
        case "Ed25519": classicalLevel = 128
        case "Ed448": classicalLevel = 224
        default: break
        }
    }

    /// How a certificate is signed: `sha256WithRSAEncryption`.
    static func signature(_ name: String) -> CryptoAlgorithm {
        var algorithm = CryptoAlgorithm(name, .signature)
        algorithm.quantumLevel = signatureQuantumLevel(name)
        return algorithm
    }

    /// Nil for OIDs and other names that are not known here.
    private static func signatureQuantumLevel(_ name: String) -> Int64? {
        let upper = name.uppercased()
        // FIPS 204 §4, table 1.
        let latticeLevels: [(String, Int64)] = [("ML-DSA-44", 2), ("ML-DSA-65", 3), ("ML-DSA-87", 5)]
        if let level = latticeLevels.first(where: { upper.contains($0.0) })?.1 { return level }
        // FIPS 205 §11, table 2.
        if upper.contains("SLH-DSA") { return upper.contains("256") && !upper.contains("128") ? 5 : upper.contains("192") ? 3 : 1 }
        let classical = ["RSA", "ECDSA", "DSA", "ED25519", "ED448", "SM2"]
        return upper == "EC" || classical.contains(where: upper.contains) ? 0 : nil
    }
}
