import Testing

@testable import TLSInspector

@Suite("Cipher suites")
struct CipherSuiteTests {
    @Test("every name of the table says what its suite does, and nothing stands there twice")
    func everyNameIsRead() {
        let suites = CipherSuite.known
        #expect(suites.count == 405)
        #expect(Set(suites.compactMap(\.registeredName)).count == suites.count)
        let openSSLNames = suites.compactMap(\.openSSLName)
        #expect(Set(openSSLNames).count == openSSLNames.count)
        for suite in suites {
            #expect((suite.attributes == nil) == suite.isSignalling, "\(suite)")
            #expect(CipherSuite(registeredName: suite.name) == suite)
            if let name = suite.openSSLName { #expect(CipherSuite(openSSLName: name) == suite, "\(suite)") }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var number: UInt16
        var expected: CipherSuiteAttributes
        var testDescription: String { CipherSuite(rawValue: number).name }

        init(
            _ number: UInt16, _ keyExchange: KeyExchangeMethod, _ authentication: SuiteAuthentication, _ cipher: BulkCipher,
            _ mode: CipherMode, _ keyBits: Int, _ blockBits: Int?, _ mac: SuiteMAC, export: Bool = false,
            _ versions: ClosedRange<ProtocolVersion>
        ) {
            self.number = number
            self.expected = CipherSuiteAttributes(
                keyExchange: keyExchange, authentication: authentication, cipher: cipher, mode: mode, keyBits: keyBits,
                blockBits: blockBits,
                mac: mac, isExport: export, versions: versions)
        }
    }

    @Test(
        "a name is read by the rule",
        arguments: [
            Case(0x0000, .none, .none, .null, .none, 0, nil, .none, .ssl3 ... .tls12),
            Case(0x0003, .rsaExport, .rsa, .rc4, .stream, 40, nil, .md5, export: true, .ssl3 ... .tls12),
            Case(0x000A, .rsa, .rsa, .tripleDES, .cbc, 112, 64, .sha1, .ssl3 ... .tls12),
            Case(0x0014, .dhe, .rsa, .des, .cbc, 40, 64, .sha1, export: true, .ssl3 ... .tls12),
            Case(0x0018, .dhe, .anonymous, .rc4, .stream, 128, nil, .md5, .ssl3 ... .tls12),
            Case(0x001D, .fortezza, .kea, .skipjack, .cbc, 80, 64, .sha1, .ssl3 ... .ssl3),
            Case(0x0029, .kerberos, .kerberos, .des, .cbc, 40, 64, .md5, export: true, .ssl3 ... .tls12),
            Case(0x003B, .rsa, .rsa, .null, .none, 0, nil, .sha256, .tls12 ... .tls12),
            Case(0x0063, .dhe, .dss, .des, .cbc, 56, 64, .sha1, export: true, .ssl3 ... .tls12),
            Case(0x0081, .gost, .gost, .gost28147, .ctr, 256, 64, .gost, .ssl3 ... .tls12),
            Case(0x009C, .rsa, .rsa, .aes, .gcm, 128, 128, .aead, .tls12 ... .tls12),
            Case(0x00AE, .psk, .psk, .aes, .cbc, 128, 128, .sha256, .tls10 ... .tls12),
            Case(0x00C6, .anyTLS13, .anyTLS13, .sm4, .gcm, 128, 128, .aead, .tls13 ... .tls13),
            Case(0x1305, .anyTLS13, .anyTLS13, .aes, .ccm8, 128, 128, .aead, .tls13 ... .tls13),
            Case(0x1306, .anyTLS13, .anyTLS13, .aegis, .aegis, 256, nil, .aead, .tls13 ... .tls13),
            Case(0xC014, .ecdhe, .rsa, .aes, .cbc, 256, 128, .sha1, .ssl3 ... .tls12),
            Case(0xC016, .ecdhe, .anonymous, .rc4, .stream, 128, nil, .sha1, .ssl3 ... .tls12),
            Case(0xC01B, .srp, .rsa, .tripleDES, .cbc, 112, 64, .sha1, .ssl3 ... .tls12),
            Case(0xC064, .psk, .psk, .aria, .cbc, 128, 128, .sha256, .tls12 ... .tls12),
            Case(0xC0AB, .dhePSK, .psk, .aes, .ccm8, 256, 128, .aead, .tls12 ... .tls12),
            Case(0xC0B0, .eccPassword, .password, .aes, .gcm, 128, 128, .aead, .tls12 ... .tls12),
            Case(0xC0B4, .anyTLS13, .anyTLS13, .null, .none, 0, nil, .sha256, .tls13 ... .tls13),
            Case(0xC101, .gost, .gost, .magma, .ctr, 256, 64, .omac, .tls12 ... .tls12),
            Case(0xC104, .gost, .gost, .magma, .mgm, 256, 64, .aead, .tls13 ... .tls13),
            Case(0xCC13, .ecdhe, .rsa, .chacha20, .poly1305, 256, nil, .aead, .tls12 ... .tls12),
            Case(0xCCAE, .rsaPSK, .rsa, .chacha20, .poly1305, 256, nil, .aead, .tls12 ... .tls12),
            Case(0xFEFE, .rsa, .rsa, .des, .cbc, 56, 64, .sha1, .ssl3 ... .tls12),
        ])
    func attributes(_ test: Case) {
        #expect(CipherSuite(rawValue: test.number).attributes == test.expected)
    }

    @Test("what follows from the key exchange")
    func derived() throws {
        let anonymous = try #require(CipherSuite(registeredName: "TLS_DH_anon_WITH_AES_128_CBC_SHA")?.attributes)
        #expect(anonymous.isAnonymous && anonymous.hasForwardSecrecy && !anonymous.signsKeyExchange)
        let fixed = try #require(CipherSuite(registeredName: "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256")?.attributes)
        #expect(!fixed.hasForwardSecrecy && !fixed.signsKeyExchange && !fixed.usesRSAKeyExchange && fixed.isAEAD)
        let rsaPSK = try #require(CipherSuite(registeredName: "TLS_RSA_PSK_WITH_NULL_SHA")?.attributes)
        #expect(rsaPSK.isPSK && rsaPSK.usesRSAKeyExchange && rsaPSK.isNull && !rsaPSK.signsKeyExchange && !rsaPSK.isAnonymous)
        let export = try #require(CipherSuite(registeredName: "TLS_RSA_EXPORT_WITH_RC4_40_MD5")?.attributes)
        #expect(export.usesRSAKeyExchange && export.signsKeyExchange && !export.hasForwardSecrecy)
        let srp = try #require(CipherSuite(registeredName: "TLS_SRP_SHA_WITH_AES_128_CBC_SHA")?.attributes)
        #expect(!srp.signsKeyExchange && srp.hasForwardSecrecy && !srp.isAnonymous)
    }

    @Test("a suite is offered in the versions that it belongs to, and signals in none")
    func versions() {
        #expect(CipherSuite.all(for: .ssl2).isEmpty)
        #expect(
            CipherSuite.all(for: .tls13).map(\.rawValue) == [
                0x00C6, 0x00C7, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x1306, 0x1307, 0xC0B4, 0xC0B5, 0xC103, 0xC104, 0xC105, 0xC106,
            ])
        for version in ProtocolVersion.allCases {
            let suites = CipherSuite.all(for: version)
            #expect(suites == suites.sorted())
            #expect(!suites.contains { $0.isSignalling })
        }
        #expect(Set(CipherSuite.all(for: .ssl3)).subtracting(CipherSuite.all(for: .tls12)).map(\.rawValue).sorted() == [0x001C, 0x001D])
    }

    @Test("a number that nobody assigned has no name, and is not mistaken for one")
    func unknown() {
        let suite = CipherSuite(rawValue: 0x4A4A)
        #expect(suite.registeredName == nil && suite.attributes == nil && suite.openSSLName == nil)
        #expect(suite.name == "0x4A4A")
        #expect(CipherSuite(name: "0x4A4A") == suite)
        #expect(CipherSuite(registeredName: "TLS_RSA_WITH_NOTHING") == nil)
        #expect(CipherSuite(openSSLName: "EDH-RSA-DES-CBC3-SHA")?.name == "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA")
    }
}

@Suite("Cipher suites against the tables of others")
struct CipherSuiteReferenceTests {
    /// Numbers that Nmap names otherwise than IANA, or where it tells two suites of one number.
    static let nmapDiffers: Set<UInt16> = [
        0x001E, 0x004F, 0x0053, 0x0057, 0xC0B4, 0xC0B5, 0xCC13, 0xCC14, 0xCC15, 0x0080, 0x0081, 0x0082, 0x0083,
    ]

    @Test("the names are those of Nmap", .enabled(if: ReferenceTables.nmapSuites != nil, "Nmap's scripts are not installed"))
    func nmap() throws {
        let suites = try #require(ReferenceTables.nmapSuites)
        #expect(suites.count > 300)
        for (number, name) in suites where !Self.nmapDiffers.contains(number) {
            #expect(CipherSuite(rawValue: number).name == name)
        }
    }

    @Test("names, keys and strengths are those of OpenSSL", .enabled(if: ReferenceTables.openSSLSuites != nil, "openssl is not installed"))
    func openSSL() throws {
        let suites = try #require(ReferenceTables.openSSLSuites)
        #expect(suites.count > 100)
        for reference in suites {
            let suite = CipherSuite(rawValue: reference.number)
            let attributes = try #require(suite.attributes, "\(reference.name)")
            #expect(suite.name == reference.name)
            #expect(suite.openSSLName == reference.openSSLName)
            // OpenSSL counts 3DES as 168 bits.
            #expect(attributes.cipher == .tripleDES ? reference.bits == 168 : attributes.keyBits == reference.bits, "\(suite)")
            #expect(attributes.mac.rawValue == reference.mac, "\(suite)")
            #expect(Self.openSSLName(of: attributes.keyExchange) == reference.keyExchange, "\(suite)")
            #expect(Self.openSSLName(of: attributes) == reference.authentication, "\(suite)")
            let usesCurves = attributes.mac == .sha1 && [.ecdhe, .ecdhePSK].contains(attributes.keyExchange)
            #expect(attributes.lowestVersion == Self.version(reference.lowestVersion, usesCurves), "\(suite)")
        }
    }

    @Test(
        "every suite of GnuTLS is there, from the version on that GnuTLS gives",
        .enabled(if: ReferenceTables.gnuTLSSuites != nil, "gnutls-cli is not installed"))
    func gnuTLS() throws {
        let suites = try #require(ReferenceTables.gnuTLSSuites)
        #expect(suites.count > 100)
        for (number, version) in suites {
            let attributes = try #require(CipherSuite(rawValue: number).attributes, "\(number)")
            let lowest = try #require(ProtocolVersion(name: "TLSv" + version.dropFirst(3)), "\(version)")
            #expect(max(attributes.lowestVersion, .tls10) <= lowest, "\(CipherSuite(rawValue: number))")
            #expect(attributes.highestVersion >= lowest)
        }
    }

    /// The suites with curves are ours from SSLv3 on.
    private static func version(_ name: String, _ usesCurves: Bool) -> ProtocolVersion? {
        let version = name == "TLSv1" ? .tls10 : ProtocolVersion(name: name)
        return version == .tls10 && usesCurves ? .ssl3 : version
    }

    private static func openSSLName(of method: KeyExchangeMethod) -> String {
        switch method {
        case .anyTLS13: "any"
        case .dhe: "DH"
        case .ecdhe: "ECDH"
        case .rsaPSK: "RSAPSK"
        case .dhePSK: "DHEPSK"
        case .ecdhePSK: "ECDHEPSK"
        default: method.rawValue
        }
    }

    private static func openSSLName(of attributes: CipherSuiteAttributes) -> String {
        switch attributes.authentication {
        case .anonymous: "None"
        case .password: "SRP"
        default: attributes.authentication.rawValue
        }
    }
}
