extension CipherSuiteAttributes {
    /// Reads a name of our table; a test shows that every one of them is read.
    /// - Returns: nil if it does not follow the rule.
    init?(name: String) {
        let plain = Self.plain(name)
        guard let border = Self.border(plain) else {
            guard let cipher = SuiteCipher(plain.dropFirst(4)) else { return nil }
            self.init((.anyTLS13, .anyTLS13), cipher, isExport: false, .tls13 ... .tls13)
            return
        }
        let (words, isExport) = Self.unqualified(border.before)
        guard let method = Self.methods[words], let cipher = SuiteCipher(border.behind) else { return nil }
        let keyExchange = isExport && method.keyExchange == .rsa ? .rsaExport : method.keyExchange
        self.init((keyExchange, method.authentication), cipher, isExport: isExport, Self.versions(keyExchange, cipher))
    }

    /// The parts before and behind `_WITH_`, without `TLS_`.
    private static func border(_ name: Substring) -> (before: Substring, behind: Substring)? {
        let bytes = name.utf8
        var start = bytes.index(bytes.startIndex, offsetBy: 4)
        let first = start
        while let bar = bytes[start...].firstIndex(of: UInt8(ascii: "_")) {
            start = bytes.index(after: bar)
            if bytes[start...].starts(with: "WITH_".utf8) { return (name[first..<bar], name[bytes.index(start, offsetBy: 5)...]) }
        }
        return nil
    }

    /// Without the words that stand beside the method.
    private static func unqualified(_ words: Substring) -> (words: Substring, isExport: Bool) {
        for (ending, isExport) in [("_EXPORT", true), ("_EXPORT1024", true), ("_FIPS", false)] where words.utf8.count > ending.utf8.count {
            if words.hasSuffix(ending) { return (words.dropLast(ending.utf8.count), isExport) }
        }
        return (words, false)
    }

    private typealias Method = (keyExchange: KeyExchangeMethod, authentication: SuiteAuthentication)

    private init(_ method: Method, _ cipher: SuiteCipher, isExport: Bool, _ versions: ClosedRange<ProtocolVersion>) {
        self.keyExchange = method.keyExchange
        self.authentication = method.authentication
        self.cipher = cipher.cipher
        self.mode = cipher.mode
        self.keyBits = cipher.keyBits
        self.blockBits = cipher.blockBits
        self.mac = cipher.mac
        self.isExport = isExport
        self.versions = versions
    }

    /// Without what only tells suites of the same name apart.
    private static func plain(_ name: String) -> Substring {
        if name.hasSuffix("-draft") { return name.dropLast(6) }
        if name.hasSuffix("_OLD") { return name.dropLast(4) }
        return name.hasSuffix("_SHA_2") ? name.dropLast(2) : name[...]
    }

    /// Anonymous DH and ECDH send their key in ServerKeyExchange, so they are DHE and ECDHE.
    private static let methods: [Substring: Method] = [
        "NULL": (.none, .none), "RSA": (.rsa, .rsa),
        "DH_DSS": (.dh, .dss), "DH_RSA": (.dh, .rsa), "DHE_DSS": (.dhe, .dss), "DHE_RSA": (.dhe, .rsa), "DH_anon": (.dhe, .anonymous),
        "ECDH_ECDSA": (.ecdh, .ecdsa), "ECDH_RSA": (.ecdh, .rsa), "ECDH_ECNRA": (.ecdh, .ecnra),
        "ECDHE_ECDSA": (.ecdhe, .ecdsa), "ECDHE_RSA": (.ecdhe, .rsa), "ECDH_anon": (.ecdhe, .anonymous),
        "ECMQV_ECDSA": (.ecmqv, .ecdsa), "ECMQV_ECNRA": (.ecmqv, .ecnra),
        "PSK": (.psk, .psk), "RSA_PSK": (.rsaPSK, .rsa), "DHE_PSK": (.dhePSK, .psk), "PSK_DHE": (.dhePSK, .psk),
        "ECDHE_PSK": (.ecdhePSK, .psk),
        "SRP_SHA": (.srp, .password), "SRP_SHA_RSA": (.srp, .rsa), "SRP_SHA_DSS": (.srp, .dss), "ECCPWD": (.eccPassword, .password),
        "KRB5": (.kerberos, .kerberos), "FORTEZZA_KEA": (.fortezza, .kea),
        "GOSTR341094": (.gost, .gost), "GOSTR341001": (.gost, .gost), "GOSTR341112_256": (.gost, .gost),
    ]

    /// AEAD needs TLS 1.2 (RFC 5246 §6.2.3.3), and so do MACs with SHA-2, but for those with a pre-shared key (RFC 5487 §3, RFC 5489 §3,
    /// RFC 6367 §2.2), of which ARIA's are an exception (RFC 6209 §2).
    private static func versions(_ keyExchange: KeyExchangeMethod, _ cipher: SuiteCipher) -> ClosedRange<ProtocolVersion> {
        if cipher.mode == .mgm { return .tls13 ... .tls13 }
        if keyExchange == .fortezza { return .ssl3 ... .ssl3 }
        if cipher.mac == .aead || cipher.mac == .omac { return .tls12 ... .tls12 }
        guard cipher.mac == .sha256 || cipher.mac == .sha384 else { return .ssl3 ... .tls12 }
        switch keyExchange {
        case .psk, .rsaPSK, .dhePSK, .ecdhePSK: return cipher.cipher == .aria ? .tls12 ... .tls12 : .tls10 ... .tls12
        case .none, .anyTLS13, .rsa, .rsaExport, .dh, .dhe, .ecdh, .ecdhe, .ecmqv, .srp, .kerberos, .gost, .fortezza, .eccPassword:
            return .tls12 ... .tls12
        }
    }
}
