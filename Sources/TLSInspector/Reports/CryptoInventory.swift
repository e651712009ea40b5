/// The components of a CBOM, each once, and what depends on what.
struct CryptoInventory {
    private var services: [JSONTree] = []
    /// By reference.
    private var components: [String: JSONTree] = [:]
    private var dependencies: [String: Set<String>] = [:]

    /// The members of the document that list something.
    var content: [String: JSONTree] {
        [
            "services": .array(services), "components": .array(components.sorted { $0.key < $1.key }.map(\.value)),
            "dependencies": .array(
                dependencies.sorted { $0.key < $1.key }.map { reference, needed in
                    .object(["ref": .string(reference), "dependsOn": .strings(needed.sorted())])
                }),
        ]
    }

    mutating func add(_ judged: JudgedScan) {
        let scan = judged.scan
        let reference = "endpoint/\(scan.name)"
        services.append(
            .object([
                "bom-ref": .string(reference), "name": .string(scan.endpoint.text),
                "properties": .array(Self.properties(of: judged)),
            ]))
        let certificates = judged.chains.map { $0.certificates.map { add($0) } }
        for facts in scan.protocols where facts.isOffered.value == true {
            let presented = zip(scan.chains, certificates).filter { $0.0.versions.contains(facts.version) }.flatMap(\.1)
            let version = add(facts, of: reference, scan, presented)
            dependencies[reference, default: []].insert(version)
        }
    }

    private static func properties(of judged: JudgedScan) -> [JSONTree] {
        let scan = judged.scan
        let values = [
            ("coffer:tls:address", scan.address), ("coffer:tls:grade", judged.letter), ("coffer:tls:serverName", scan.endpoint.serverName),
            ("coffer:tls:startTLS", scan.endpoint.startTLS?.rawValue),
        ]
        return values.compactMap { name, value in value.map { .object(["name": .string(name), "value": .string($0)]) } }
    }

    private mutating func add(
        _ facts: ProtocolFacts, of endpoint: String, _ scan: EndpointScan, _ certificates: [String]
    ) -> String {
        let reference = "\(endpoint)/\(facts.version.name)"
        var used = Set(certificates)
        let suites: [JSONTree] = (facts.cipherSuites.value ?? []).map { suite in
            let algorithms = CryptoAlgorithm.parts(of: suite).map { add($0) }
            used.formUnion(algorithms)
            return .object(present: [
                "name": .string(suite.name), "algorithms": algorithms.isEmpty ? nil : .strings(algorithms),
                "identifiers": .strings([suite.rawValue >> 8, suite.rawValue & 0xFF].map { ReportText.byte(UInt8($0)) }),
            ])
        }
        let kinds = (facts.ssl2CipherKinds ?? []).map { JSONTree.object(["name": .string($0)]) }
        let exchanges = Self.keyExchange(scan.keyExchange, in: facts.version).map { add($0) }
        used.formUnion(exchanges)
        let properties = JSONTree.object([
            "type": .string("tls"), "version": .string(Self.number(facts.version)), "cipherSuites": .array(suites + kinds),
            "cryptoRefArray": .strings(Set(exchanges + certificates).sorted()),
        ])
        components[reference] = .object([
            "type": .string("cryptographic-asset"), "bom-ref": .string(reference), "name": .string(facts.version.name),
            "cryptoProperties": .object(["assetType": .string("protocol"), "protocolProperties": properties]),
        ])
        dependencies[reference] = used
        return reference
    }

    private static func keyExchange(_ facts: KeyExchangeFacts, in version: ProtocolVersion) -> [CryptoAlgorithm] {
        switch version {
        case .tls13: (facts.tls13Groups.value ?? []).map { CryptoAlgorithm($0) }
        case .tls12, .tls11, .tls10:
            (facts.tls12Groups.value ?? []).map { CryptoAlgorithm($0) } + facts.finiteField.map { CryptoAlgorithm($0) }
        case .ssl3: facts.finiteField.map { CryptoAlgorithm($0) }
        case .ssl2: []
        }
    }

    /// `1.2`; of SSL the name says what it is.
    private static func number(_ version: ProtocolVersion) -> String {
        switch version {
        case .ssl2: "SSL 2.0"
        case .ssl3: "SSL 3.0"
        case .tls10, .tls11, .tls12, .tls13: String(version.name.dropFirst("TLSv".count))
        }
    }

    private mutating func add(_ algorithm: CryptoAlgorithm) -> String {
        components[algorithm.reference] = algorithm.component
        return algorithm.reference
    }

    private mutating func add(_ certificate: CertificateFacts) -> String {
        let reference = "certificate/\(certificate.fingerprint)"
        let signature = add(CryptoAlgorithm.signature(certificate.signatureAlgorithm))
        let key = add(certificate.key, certificate.keyFingerprint)
        components[reference] = .object([
            "type": .string("cryptographic-asset"), "bom-ref": .string(reference),
            "name": .string(certificate.commonName ?? certificate.dnsNames.first ?? "X.509 certificate"),
            "hashes": .array([.object(["alg": .string("SHA-256"), "content": .string(certificate.fingerprint)])]),
            "cryptoProperties": .object([
                "assetType": .string("certificate"),
                "certificateProperties": .object([
                    "subjectName": .string(certificate.subject), "issuerName": .string(certificate.issuer),
                    "notValidBefore": .string(CertificateDate.time(certificate.notBefore)),
                    "notValidAfter": .string(CertificateDate.time(certificate.notAfter)), "signatureAlgorithmRef": .string(signature),
                    "subjectPublicKeyRef": .string(key), "certificateFormat": .string("X.509"),
                ]),
            ]),
        ])
        dependencies[reference] = [signature, key]
        return reference
    }

    private mutating func add(_ key: CertificateKeyFacts, _ fingerprint: String) -> String {
        let reference = "key/\(fingerprint)"
        let algorithm = add(CryptoAlgorithm(key))
        components[reference] = .object([
            "type": .string("cryptographic-asset"), "bom-ref": .string(reference), "name": .string("\(key.algorithm) public key"),
            "cryptoProperties": .object([
                "assetType": .string("related-crypto-material"),
                "relatedCryptoMaterialProperties": .object(present: [
                    "type": .string("public-key"), "id": .string(fingerprint), "algorithmRef": .string(algorithm),
                    "size": key.bits.map { .integer(Int64($0)) },
                ]),
            ]),
        ])
        dependencies[reference] = [algorithm]
        return reference
    }
}
