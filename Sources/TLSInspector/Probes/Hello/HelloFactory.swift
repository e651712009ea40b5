internal import OpenSSL

/// Builds the hellos of a scan: what a client of each version would say, offering whatever is asked about.
struct HelloFactory: Sendable {
    /// Nil sends no SNI.
    let serverName: String?
    /// 32 bytes; the same in every hello of a scan, because nothing of it is secret.
    let random: [UInt8]
    let sessionID: [UInt8]

    /// - Parameter serverName: an address is never sent as a name (RFC 6066 §3).
    init(serverName: String?) throws(OpenSSLError) {
        self.serverName = serverName
        self.random = try Random.bytes(32)
        self.sessionID = try Random.bytes(32)
    }

    /// A hello for one version up to TLS 1.2.
    /// - Parameters:
    ///   - extensions: beside SNI, groups, point formats and signature algorithms. SSLv3 sends none at all.
    func hello(
        _ version: ProtocolVersion, suites: [CipherSuite], groups: [NamedGroup] = NamedGroup.tls12All,
        schemes: [TLSSignatureScheme] = TLSSignatureScheme.offered, compression: [UInt8] = [0],
        extensions: [ClientHello.Extension] = HelloFactory.usual
    ) -> ClientHello {
        var hello = ClientHello(
            legacyVersion: version.rawValue, recordVersion: min(version.rawValue, ProtocolVersion.tls10.rawValue), random: random,
            cipherSuites: suites, compressionMethods: compression)
        guard version > .ssl3 else { return hello }
        hello.extensions = nameExtension
        // NSS and others refuse a list of groups without one for a suite that needs it, but none of them an absent one.
        if !groups.isEmpty { hello.extensions += [.supportedGroups(groups), .ecPointFormats] }
        if version == .tls12 { hello.extensions.append(.signatureAlgorithms(schemes)) }
        hello.extensions += extensions
        return hello
    }

    /// A hello for TLS 1.3 without key shares, so that a server names the suite and the group it would take in a HelloRetryRequest.
    func hello13(
        suites: [CipherSuite], groups: [NamedGroup], schemes: [TLSSignatureScheme] = TLSSignatureScheme.offered,
        extensions: [ClientHello.Extension] = []
    ) -> ClientHello {
        ClientHello(
            legacyVersion: ProtocolVersion.tls12.rawValue, recordVersion: ProtocolVersion.tls10.rawValue, random: random,
            sessionID: sessionID, cipherSuites: suites,
            extensions: nameExtension + [
                .supportedVersions([ProtocolVersion.tls13.rawValue]), .supportedGroups(groups), .signatureAlgorithms(schemes),
                .keyShares([]), .pskKeyExchangeModes,
            ] + extensions)
    }

    /// The same client, naming nobody.
    var withoutName: HelloFactory { HelloFactory(serverName: nil, random: random, sessionID: sessionID) }

    private init(serverName: String?, random: [UInt8], sessionID: [UInt8]) {
        self.serverName = serverName
        self.random = random
        self.sessionID = sessionID
    }

    private var nameExtension: [ClientHello.Extension] {
        if let serverName { return [.serverName(serverName)] }
        return []
    }

    /// What clients of TLS 1.2 usually send.
    static let usual: [ClientHello.Extension] = [.renegotiationInfo, .extendedMasterSecret, .sessionTicket]

    /// Protocols that are asked about by ALPN.
    static let protocols = ["h2", "http/1.1", "acme-tls/1", "imap", "pop3", "managesieve", "postgresql", "ftp", "mqtt", "dot", "irc"]

    /// All that a hello can offer beside suites and groups, so that one answer tells what the server knows. DEFLATE stands before null: a
    /// server that compresses takes it (CRIME).
    func everything(_ version: ProtocolVersion, _ suites: [CipherSuite], alpn: [String] = protocols) -> ClientHello {
        var extensions: [ClientHello.Extension] = [
            .encryptThenMAC, .statusRequest, .signedCertificateTimestamp, .heartbeat, .maxFragmentLength, .truncatedHMAC,
        ]
        if !alpn.isEmpty { extensions.append(.alpn(alpn)) }
        return hello(version, suites: suites, compression: [1, 0], extensions: Self.usual + extensions)
    }
}

extension ClientHello.Extension {
    /// RFC 6066 §7
    static let truncatedHMAC = Self(ExtensionType.truncatedHMAC)
}
