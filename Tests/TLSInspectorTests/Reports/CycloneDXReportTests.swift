import Testing

@testable import TLSInspector

@Suite("Inventories of cryptography in CycloneDX")
struct CycloneDXReportTests {
    private func document(_ judged: [JudgedScan], time: Int64? = ReportSamples.now) throws -> [String: JSONTree] {
        let bytes = try CycloneDXReport(time: time, toolVersion: "0.1.0").bytes(judged)
        return try #require(try ReportJSON.decode(JSONTree.self, bytes, upTo: bytes.count).members)
    }

    private func components(_ judged: [JudgedScan]) throws -> [String: JSONTree] {
        let components = try #require(try document(judged)["components"]?.elements)
        return Dictionary(uniqueKeysWithValues: try components.map { (try #require($0.members?["bom-ref"]?.text), $0) })
    }

    private func properties(_ component: JSONTree?) -> [String: JSONTree]? {
        let properties = component?.members?["cryptoProperties"]?.members
        let kinds = ["algorithmProperties", "certificateProperties", "protocolProperties", "relatedCryptoMaterialProperties"]
        return kinds.lazy.compactMap { properties?[$0]?.members }.first
    }

    @Test("a server's versions, certificates, keys and algorithms are components, each once")
    func components() throws {
        let judged = [ReportSamples.judged(), ReportSamples.judged(ReportSamples.scan(host: "b.example"))]
        let references = try components(judged).keys.sorted()
        let (certificate, key) = (String(repeating: "ab", count: 32), String(repeating: "cd", count: 32))
        #expect(
            references == [
                "algorithm/AES-128-GCM", "algorithm/AES-256-GCM", "algorithm/ChaCha20-Poly1305", "algorithm/DH-ffdhe2048",
                "algorithm/EC-secp256r1", "algorithm/ECDH", "algorithm/RSA", "algorithm/RSAES-PKCS1-v1_5", "algorithm/SHA-256",
                "algorithm/SHA-384", "algorithm/X25519MLKEM768", "algorithm/secp256r1", "algorithm/sha256WithRSAEncryption",
                "algorithm/x25519", "certificate/\(certificate)", "endpoint/b.example:443 (192.0.2.1)/TLSv1.2",
                "endpoint/b.example:443 (192.0.2.1)/TLSv1.3", "endpoint/example.com:443 (192.0.2.1)/TLSv1.2",
                "endpoint/example.com:443 (192.0.2.1)/TLSv1.3", "key/\(key)",
            ])
    }

    @Test("a version has its suites, with their numbers and algorithms")
    func protocols() throws {
        let version = try #require(properties(try components([ReportSamples.judged()])["endpoint/example.com:443 (192.0.2.1)/TLSv1.2"]))
        #expect(version["type"] == .string("tls"))
        #expect(version["version"] == .string("1.2"))
        let suite = try #require(version["cipherSuites"]?.elements?.first?.members)
        #expect(suite["name"] == .string("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
        #expect(suite["identifiers"] == .strings(["0xC0", "0x2F"]))
        #expect(suite["algorithms"] == .strings(["algorithm/ECDH", "algorithm/RSA", "algorithm/AES-128-GCM", "algorithm/SHA-256"]))
    }

    @Test("a certificate names its key and its signature")
    func certificates() throws {
        let components = try components([ReportSamples.judged(days: 60)])
        let certificate = try #require(properties(components["certificate/\(String(repeating: "ab", count: 32))"]))
        #expect(certificate["notValidAfter"] == .string("2027-01-27T00:00:00Z"))
        #expect(certificate["signatureAlgorithmRef"] == .string("algorithm/sha256WithRSAEncryption"))
        let key = try #require(certificate["subjectPublicKeyRef"]?.text)
        #expect(properties(components[key])?["algorithmRef"] == .string("algorithm/EC-secp256r1"))
        #expect(properties(components[key])?["size"] == .integer(256))
    }

    @Test(
        "groups have NIST's category",
        arguments: [
            (0x11EC, "combiner", 3, 192), (0x11ED, "combiner", 5, 256), (0x0200, "kem", 1, 128), (29, "key-agree", 0, 128),
            (0x0100, "key-agree", 0, 112), (24, "key-agree", 0, 192),
        ] as [(UInt16, String, Int64, Int64)])
    func groups(number: UInt16, primitive: String, level: Int64, strength: Int64) {
        let algorithm = CryptoAlgorithm(NamedGroup(rawValue: number))
        #expect(algorithm.primitive.rawValue == primitive)
        #expect(algorithm.quantumLevel == level)
        #expect(algorithm.classicalLevel == strength)
    }

    @Test(
        "suites are taken apart",
        arguments: [
            (0x1301, ["AES-128-GCM 1", "SHA-256 2"]), (0x1303, ["ChaCha20-Poly1305 5", "SHA-256 2"]),
            (0xC030, ["ECDH 0", "RSA 0", "AES-256-GCM 5", "SHA-384 4"]), (0x009C, ["RSAES-PKCS1-v1_5 0", "AES-128-GCM 1", "SHA-256 2"]),
            (0x000A, ["RSAES-PKCS1-v1_5 0", "3DES-CBC 0", "HMAC-SHA1 -"]), (0x0005, ["RSAES-PKCS1-v1_5 0", "RC4-128 0", "HMAC-SHA1 -"]),
            (0x0018, ["DH 0", "RC4-128 0", "HMAC-MD5 -"]), (0xC0A8, ["AES-128-CCM_8 1", "SHA-256 2"]),
            (0x0013, ["DH 0", "DSA 0", "3DES-CBC 0", "HMAC-SHA1 -"]), (0xC006, ["ECDH 0", "ECDSA 0", "HMAC-SHA1 -"]), (0xFFFE, []),
        ] as [(UInt16, [String])])
    func suites(number: UInt16, parts: [String]) {
        let algorithms = CryptoAlgorithm.parts(of: CipherSuite(rawValue: number))
        #expect(algorithms.map { "\($0.name) \($0.quantumLevel.map { "\($0)" } ?? "-")" } == parts)
    }

    @Test(
        "signatures of certificates have NIST's category, where they are known",
        arguments: [
            ("sha256WithRSAEncryption", 0), ("ecdsa-with-SHA384", 0), ("ED25519", 0), ("RSASSA-PSS-SHA256", 0), ("ML-DSA-44", 2),
            ("ML-DSA-65", 3), ("ML-DSA-87", 5), ("SLH-DSA-SHA2-128s", 1), ("SLH-DSA-SHAKE-192f", 3), ("SLH-DSA-SHAKE-256f", 5),
            ("1.2.3.4", nil),
        ] as [(String, Int64?)])
    func signatures(name: String, level: Int64?) {
        #expect(CryptoAlgorithm.signature(name).quantumLevel == level)
    }

    @Test("equal scans give equal bytes, and the serial number is of what is listed")
    func serialNumber() throws {
        let judged = [ReportSamples.judged(), ReportSamples.judged(ReportSamples.scan(host: "b.example"))]
        let (one, other) = (try document(judged), try document(judged.reversed()))
        #expect(one == other)
        let serial = try #require(one["serialNumber"]?.text)
        #expect(serial.wholeMatch(of: /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}/) != nil, "\(serial)")
        #expect(try document(judged, time: nil)["serialNumber"]?.text == serial)
        #expect(try document([judged[0]])["serialNumber"]?.text != serial)
    }

    @Test("what depends on something depends on a component that is there")
    func references() throws {
        let document = try document([ReportSamples.judged()])
        let listed = try #require(document["components"]?.elements) + (try #require(document["services"]?.elements))
        let known = Set(listed.compactMap { $0.members?["bom-ref"]?.text })
        for dependency in try #require(document["dependencies"]?.elements) {
            let members = try #require(dependency.members)
            #expect(known.contains(try #require(members["ref"]?.text)))
            for reference in try #require(members["dependsOn"]?.elements) { #expect(known.contains(try #require(reference.text))) }
        }
    }

    @Test(
        "the schema of CycloneDX 1.6 accepts it",
        .enabled(if: ReportPeer.hasCycloneDX, "COFFER_TEST_PYTHON names no Python with cyclonedx-python-lib[json-validation]"))
    func schema() throws {
        var odd = ReportSamples.scan(host: "odd.example")
        odd.protocols.insert(ReportSamples.protocolFacts(.ssl2, .known(true), []), at: 0)
        odd.protocols[0].ssl2CipherKinds = ["SSL_CK_RC4_128_WITH_MD5"]
        odd.protocols[3].cipherSuites = .known(CipherSuite.allKnown)
        odd.keyExchange.tls13Groups = .known((0...0xFFFF).map { NamedGroup(rawValue: $0) }.filter { $0.registeredName != nil })
        var nameless = ReportSamples.judged(odd)
        nameless.chains[0].certificates = [ReportSamples.certificate(days: 1, name: nil)]
        let samples = [[], [ReportSamples.judged()], [nameless, ReportSamples.judged(ReportSamples.failed())]]
        for judged in samples {
            #expect(try ReportPeer.cycloneDXProblem(CycloneDXReport(time: ReportSamples.now, toolVersion: "0.1.0").bytes(judged)) == "")
        }
        #expect(try ReportPeer.cycloneDXProblem(Array(#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "x": 1}"#.utf8)) != "")
    }
}

extension CipherSuite {
    fileprivate static let allKnown = (0...0xFFFF).map { CipherSuite(rawValue: $0) }.filter { $0.registeredName != nil }
}

extension JSONTree {
    fileprivate var members: [String: JSONTree]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    fileprivate var elements: [JSONTree]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    fileprivate var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
