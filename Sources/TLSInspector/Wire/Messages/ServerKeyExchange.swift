/// The server's half of the key exchange, up to TLS 1.2, in plain sight (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 4279, RFC 5489, RFC 5054).
struct ServerKeyExchange: Sendable, Hashable {
    enum Parameters: Sendable, Hashable {
        case ellipticCurve(Curve, publicKey: [UInt8])
        /// Big-endian, as they were sent.
        case finiteField(prime: [UInt8], generator: [UInt8], publicKey: [UInt8])
        /// The temporary key of a suite for export (RFC 2246 §7.4.3).
        case rsa(modulus: [UInt8], exponent: [UInt8])
        /// RFC 5054 §2.8.1
        case srp(prime: [UInt8], generator: [UInt8], salt: [UInt8], publicKey: [UInt8])
        /// Of a key exchange whose parameters nobody here needs (Fortezza, ECCPWD, ECMQV): the bytes as they came.
        case unread([UInt8])
    }

    enum Curve: Sendable, Hashable {
        case named(NamedGroup)
        /// Spelled out (RFC 4492 §5.4), which RFC 8422 forbids; the bits are those of the prime.
        case explicitPrime(bits: Int)
        /// Spelled out over a binary field of that degree.
        case explicitBinary(degree: Int)
    }

    struct Signature: Sendable, Hashable {
        /// Nil before TLS 1.2, which has no choice: MD5 and SHA-1 with RSA, SHA-1 with DSA and ECDSA (RFC 4346 §7.4.3).
        var scheme: TLSSignatureScheme?
        var bytes: [UInt8]
    }

    /// RFC 4279 §2; nil for suites without a pre-shared key.
    var pskIdentityHint: [UInt8]?
    /// Nil where a hint is all there is.
    var parameters: Parameters?
    /// Nil for anonymous suites and those that authenticate by a pre-shared key.
    var signature: Signature?

    /// - Parameters:
    ///   - keyExchange: that of the suite which the server chose.
    ///   - isSigned: whether that suite authenticates by a certificate.
    ///   - version: the one that was negotiated.
    init(_ body: [UInt8], keyExchange: KeyExchangeMethod, isSigned: Bool, version: ProtocolVersion) throws(WireError) {
        var reader = ByteReader(body)
        switch keyExchange {
        case .psk, .rsaPSK, .dhePSK, .ecdhePSK: self.pskIdentityHint = Array(try reader.vector16("the hint at a pre-shared key"))
        case .none, .anyTLS13, .rsa, .rsaExport, .dh, .dhe, .ecdh, .ecdhe, .ecmqv, .srp, .kerberos, .gost, .fortezza, .eccPassword:
            self.pskIdentityHint = nil
        }
        switch keyExchange {
        case .ecdhe, .ecdhePSK: self.parameters = try Self.ellipticCurve(&reader)
        case .dhe, .dhePSK: self.parameters = try Self.finiteField(&reader)
        case .rsaExport: self.parameters = try Self.rsa(&reader)
        case .srp: self.parameters = try Self.srp(&reader)
        case .psk, .rsaPSK: self.parameters = nil
        case .fortezza, .eccPassword, .ecmqv:
            self.parameters = .unread(Array(reader.rest()))
            self.signature = nil
            return
        case .none, .anyTLS13, .rsa, .dh, .ecdh, .kerberos, .gost:
            throw .malformed("a ServerKeyExchange of a suite that has none")
        }
        self.signature = isSigned ? try Signature(&reader, version: version) : nil
        try reader.requireEnd("a ServerKeyExchange")
    }

    /// - Throws: `malformed` for a suite that nobody knows: how to read this is then unknown too.
    init(_ body: [UInt8], suite: CipherSuite, version: ProtocolVersion) throws(WireError) {
        guard let attributes = suite.attributes else { throw .malformed("a ServerKeyExchange of an unknown suite") }
        try self.init(body, keyExchange: attributes.keyExchange, isSigned: attributes.signsKeyExchange, version: version)
    }
}

extension ServerKeyExchange.Signature {
    fileprivate init(_ reader: inout ByteReader, version: ProtocolVersion) throws(WireError) {
        if version >= .tls12 {
            self.scheme = TLSSignatureScheme(rawValue: try reader.uint16("a signature"))
        } else {
            self.scheme = nil
        }
        self.bytes = Array(try reader.vector16("a signature"))
    }
}

// MARK: Parameters

extension ServerKeyExchange {
    private static func ellipticCurve(_ reader: inout ByteReader) throws(WireError) -> Parameters {
        let curve: Curve
        switch try reader.uint8("the type of a curve") {
        case 1: curve = try explicitPrime(&reader)
        case 2: curve = try explicitBinary(&reader)
        case 3: curve = .named(NamedGroup(rawValue: try reader.uint16("the name of a curve")))
        default: throw .malformed("the type of a curve")
        }
        return .ellipticCurve(curve, publicKey: try number8(&reader, "an ephemeral key"))
    }

    /// prime, a, b, base point, order, cofactor
    private static func explicitPrime(_ reader: inout ByteReader) throws(WireError) -> Curve {
        let prime = try number8(&reader, "an explicit curve")
        for _ in 0..<5 { _ = try number8(&reader, "an explicit curve") }
        return .explicitPrime(bits: bitCount(prime))
    }

    /// degree, basis and its exponents, a, b, base point, order, cofactor
    private static func explicitBinary(_ reader: inout ByteReader) throws(WireError) -> Curve {
        let degree = Int(try reader.uint16("an explicit curve"))
        let exponentCount: Int
        switch try reader.uint8("an explicit curve") {
        case 1: exponentCount = 1
        case 2: exponentCount = 3
        default: throw .malformed("the basis of an explicit curve")
        }
        for _ in 0..<exponentCount + 5 { _ = try number8(&reader, "an explicit curve") }
        return .explicitBinary(degree: degree)
    }

    private static func finiteField(_ reader: inout ByteReader) throws(WireError) -> Parameters {
        let prime = try number16(&reader, "the prime of a group")
        let generator = try number16(&reader, "the generator of a group")
        return .finiteField(prime: prime, generator: generator, publicKey: try number16(&reader, "an ephemeral key"))
    }

    private static func rsa(_ reader: inout ByteReader) throws(WireError) -> Parameters {
        let modulus = try number16(&reader, "the modulus of a temporary key")
        return .rsa(modulus: modulus, exponent: try number16(&reader, "the exponent of a temporary key"))
    }

    private static func srp(_ reader: inout ByteReader) throws(WireError) -> Parameters {
        let prime = try number16(&reader, "the prime of a group")
        let generator = try number16(&reader, "the generator of a group")
        let salt = try number8(&reader, "a salt")
        return .srp(prime: prime, generator: generator, salt: salt, publicKey: try number16(&reader, "an ephemeral key"))
    }

    private static func number8(_ reader: inout ByteReader, _ what: StaticString) throws(WireError) -> [UInt8] {
        let bytes = try reader.vector8(what)
        guard !bytes.isEmpty else { throw .malformed("\(what)") }
        return Array(bytes)
    }

    private static func number16(_ reader: inout ByteReader, _ what: StaticString) throws(WireError) -> [UInt8] {
        let bytes = try reader.vector16(what)
        guard !bytes.isEmpty else { throw .malformed("\(what)") }
        return Array(bytes)
    }

    /// Of a big-endian number, without leading zeros.
    static func bitCount(_ number: [UInt8]) -> Int {
        guard let first = number.firstIndex(where: { $0 != 0 }) else { return 0 }
        return (number.count - first) * 8 - number[first].leadingZeroBitCount
    }
}
