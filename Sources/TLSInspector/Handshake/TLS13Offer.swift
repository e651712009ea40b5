internal import OpenSSL

/// What a client of TLS 1.3 offers, in its order of preference.
struct TLS13Offer: Sendable, Hashable {
    /// Those that this program can speak are in ``TLS13Suite/spoken``; another one that a server chooses ends the handshake.
    var cipherSuites = TLS13Suite.spoken
    /// The share of x25519 is sent at once if it is among them, else that of the first that this program can compute.
    var groups = TLS13Offer.computableGroups
    var signatureSchemes = TLS13Offer.everySignatureScheme
    var applicationProtocols: [String] = []
    /// Nil sends none.
    var serverName: String?
    var asksForStaple = true
    var asksForTimestamps = true

    /// The groups in which this program can agree on a key.
    static let computableGroups = [29, 23, 24, 25, 30, 31, 32, 33].map { NamedGroup(rawValue: $0) }

    /// Everything that a certificate may need, so that none is missed: ECDSA, EdDSA, ECDSA on brainpool curves (RFC 8734), RSASSA-PSS, ML-DSA
    /// (draft-ietf-tls-mldsa), RSA PKCS #1 and SHA-1 for certificates.
    static let everySignatureScheme = [
        0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081A, 0x081B, 0x081C, 0x0809, 0x080A, 0x080B, 0x0804, 0x0805, 0x0806,
        0x0904, 0x0905, 0x0906, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201,
    ].map { TLSSignatureScheme(rawValue: $0) }

    /// The group in whose key exchange libcrypto can help; nil for all others.
    static func computable(_ group: NamedGroup) -> KeyShare.Group? {
        switch group.rawValue {
        case 23: .secp256r1
        case 24: .secp384r1
        case 25: .secp521r1
        case 29: .x25519
        case 30: .x448
        case 31: .brainpoolP256r1
        case 32: .brainpoolP384r1
        case 33: .brainpoolP512r1
        default: nil
        }
    }

    /// The group of the first share.
    var firstGroup: NamedGroup? {
        groups.contains(.x25519) ? .x25519 : groups.first { Self.computable($0) != nil }
    }

    /// - Parameters:
    ///   - share: of the one group that is tried.
    ///   - cookie: what a HelloRetryRequest asked to have back (RFC 8446 §4.2.2).
    func hello(random: [UInt8], sessionID: [UInt8], share: (group: NamedGroup, key: [UInt8]), cookie: [UInt8]?) -> ClientHello {
        var extensions: [ClientHello.Extension] = []
        if let serverName { extensions.append(.serverName(serverName)) }
        extensions += [
            .supportedGroups(groups), .signatureAlgorithms(signatureSchemes), .supportedVersions([ProtocolVersion.tls13.rawValue]),
            .pskKeyExchangeModes, .keyShares([share]),
        ]
        if let cookie {
            var body: [UInt8] = []
            body.append(vector16: cookie)
            extensions.append(.init(.cookie, body))
        }
        if !applicationProtocols.isEmpty { extensions.append(.alpn(applicationProtocols)) }
        if asksForStaple { extensions.append(.statusRequest) }
        if asksForTimestamps { extensions.append(.signedCertificateTimestamp) }
        return ClientHello(
            legacyVersion: 0x0303, recordVersion: 0x0301, random: random, sessionID: sessionID, cipherSuites: cipherSuites,
            extensions: extensions)
    }
}
