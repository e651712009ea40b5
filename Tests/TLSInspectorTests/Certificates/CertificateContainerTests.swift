import Foundation
import OpenSSL
import Testing

@testable import TLSInspector

@Suite("Files of certificates")
struct CertificateContainerTests {
    struct Case: Sendable, CustomStringConvertible {
        var name: String
        var passphrase: String?
        var kind: CertificateFile.Kind
        var items: [String]
        var isChecked = false
        var description: String { "\(name), passphrase \(passphrase ?? "none")" }
    }

    private static let (leaf, root, list) = ("CN=www.example.com", "CN=Container Root", "list CN=Container Root 1")
    private static let request = "request CN=www.example.com"

    static let cases: [Case] = [
        Case(name: "leaf.der", kind: .der, items: [leaf]),
        Case(name: "request.der", kind: .der, items: [request]),
        Case(name: "request.pem", kind: .pem, items: [request]),
        Case(name: "new-request.pem", kind: .pem, items: [request]),
        Case(name: "trusted.pem", kind: .pem, items: [root]),
        Case(name: "crl.der", kind: .der, items: [list]),
        Case(name: "crl.pem", kind: .pem, items: [list]),
        Case(name: "mixed.pem", kind: .pem, items: [leaf, root, list, request, "key", "unread"]),
        Case(name: "bundle.p7b", kind: .pkcs7, items: [leaf, root, list]),
        Case(name: "bundle.p7.pem", kind: .pem, items: [leaf, root, list]),
        Case(name: "modern.p12", passphrase: "changeit", kind: .pkcs12, items: [leaf, root, "key"], isChecked: true),
        Case(name: "nomac.p12", passphrase: "changeit", kind: .pkcs12, items: [leaf, root, "key"]),
        Case(name: "open.p12", passphrase: "changeit", kind: .pkcs12, items: [leaf, root, "key"], isChecked: true),
        Case(name: "open.p12", kind: .pkcs12, items: [leaf, root, "key"]),
        Case(name: "open-nomac.p12", kind: .pkcs12, items: [leaf, root, "key"]),
        Case(name: "open-nomac.p12", passphrase: "anything", kind: .pkcs12, items: [leaf, root, "key"]),
        Case(name: "empty.p12", kind: .pkcs12, items: [leaf, root, "key"], isChecked: true),
        Case(name: "empty.p12", passphrase: "", kind: .pkcs12, items: [leaf, root, "key"], isChecked: true),
        Case(name: "umlaut.p12", passphrase: "grün", kind: .pkcs12, items: [leaf, root, "key"], isChecked: true),
        Case(name: "java.p12", passphrase: "changeit", kind: .pkcs12, items: [root], isChecked: true),
        Case(name: "leaf.jks", passphrase: "changeit", kind: .jks, items: ["key", leaf, root, root], isChecked: true),
        Case(name: "leaf.jks", kind: .jks, items: ["key", leaf, root, root]),
        Case(name: "leaf.jceks", passphrase: "changeit", kind: .jceks, items: ["key", leaf, root, root], isChecked: true),
        Case(name: "leaf.jceks", kind: .jceks, items: ["key", leaf, root, root]),
    ]

    @Test("a file shows what was put into it", arguments: cases)
    func content(_ test: Case) throws {
        let file = try ContainerVectors.open(ContainerVectors.file(test.name), test.passphrase)
        #expect(file.kind == test.kind)
        // Keystores are hash tables: their order is their own.
        #expect(try ContainerVectors.summary(file).sorted() == test.items.sorted())
        #expect((file.integrity == .checked) == test.isChecked)
    }

    private static let hasLegacy = CertificateContainerTests.isReadable("legacy.p12")

    private static func isReadable(_ name: String) -> Bool {
        do {
            _ = try ContainerVectors.open(ContainerVectors.file(name), "changeit")
            return true
        } catch let CertificateError.unsupported(reason) {
            print("\(name): \(reason)")
            return false
        } catch {
            return true
        }
    }

    @Test("a file with 40-bit RC2 is read", .enabled(if: hasLegacy, "the legacy provider of libcrypto is not installed"))
    func legacy() throws {
        let file = try ContainerVectors.open(ContainerVectors.file("legacy.p12"), "changeit")
        #expect(try ContainerVectors.summary(file) == [Self.leaf, Self.root, "key"])
        #expect(file.integrity == .checked)
    }

    @Test("names and dates of entries are kept")
    func labels() throws {
        let keystore = try ContainerVectors.open(ContainerVectors.file("leaf.jks"), nil)
        #expect(Set(keystore.items.map(\.label)) == ["the leaf", "würzel"])
        #expect(keystore.items.allSatisfy { ($0.creation ?? 0) > 1_700_000_000 && ($0.creation ?? 0) < 4_000_000_000 })
        let pkcs12 = try ContainerVectors.open(ContainerVectors.file("modern.p12"), "changeit")
        #expect(pkcs12.items.map(\.label) == ["the leaf", nil, "the leaf"])
    }

    @Test("behind a secret key in JCEKS nothing can be found, and it is said")
    func secretKey() throws {
        let file = try ContainerVectors.open(ContainerVectors.file("secret.jceks"), "changeit")
        let unread = file.items.filter { if case .unread = $0.content { true } else { false } }
        #expect(unread.map(\.label) == ["secret"])
        #expect(file.integrity == .checked)
    }

    @Test(
        "a wrong passphrase is told from damage",
        arguments: ["modern.p12", "legacy.p12", "nomac.p12", "open.p12", "empty.p12", "umlaut.p12", "java.p12", "leaf.jks", "leaf.jceks"])
    func wrongPassphrase(_ name: String) throws {
        let bytes = try ContainerVectors.file(name)
        let error = #expect(throws: CertificateError.self) { try ContainerVectors.open(bytes, "wrong") }
        guard case .wrongPassphrase = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("without its passphrase a file that is encrypted says so", arguments: ["modern.p12", "legacy.p12", "nomac.p12", "java.p12"])
    func noPassphrase(_ name: String) throws {
        let bytes = try ContainerVectors.file(name)
        #expect(throws: CertificateError.passphraseNeeded("the PKCS#12 file")) { try ContainerVectors.open(bytes, nil) }
    }

    @Test(
        "a file that is cut off anywhere is refused",
        arguments: ["leaf.der", "request.der", "crl.der", "bundle.p7b", "modern.p12", "leaf.jks", "leaf.jceks"])
    func truncation(_ name: String) throws {
        let bytes = try ContainerVectors.file(name)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: CertificateError.self, "\(count) bytes") { try ContainerVectors.open(Array(bytes[..<count]), "changeit") }
        }
    }

    @Test("a bit that flips in a keystore is found, wherever it is", arguments: ["leaf.jks", "leaf.jceks", "modern.p12"])
    func bitFlips(_ name: String) throws {
        let bytes = try ContainerVectors.file(name)
        let right = try ContainerVectors.open(bytes, "changeit")
        for position in stride(from: 0, to: bytes.count, by: 23) {
            var changed = bytes
            changed[position] ^= 1 << (position % 8)
            do {
                // PKCS#12 has parts outside its check that mean nothing: then nothing may differ.
                let file = try ContainerVectors.open(changed, "changeit")
                #expect(file.items == right.items, "bit flipped in byte \(position)")
                #expect(name.hasSuffix(".p12"), "byte \(position) of a keystore is under its check")
            } catch is CertificateError {
                continue
            }
        }
    }

    @Test(
        "what is no file of certificates is refused",
        arguments: ["", "hello", "0", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"])
    func nonsense(_ text: String) {
        #expect(throws: CertificateError.self) { try ContainerVectors.open(Array(text.utf8), nil) }
    }

    @Test(
        "PEM that is broken is refused and says where",
        arguments: [
            ("-----BEGIN CERTIFICATE-----\nMAA\n-----END CERTIFICATE-----\n", "PEM block 1: invalid base64"),
            ("-----BEGIN CERTIFICATE-----\nMAA=\n", "PEM block 1 (CERTIFICATE) has no end"),
            ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END X509 CRL-----\n", "begins as CERTIFICATE and ends as X509 CRL"),
            ("-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n", "has no end"),
        ])
    func brokenPEM(_ text: String, _ reason: String) throws {
        let error = #expect(throws: CertificateError.self) { try ContainerVectors.open(Array(text.utf8), nil) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("lengths beyond all reason are refused before anything is allocated")
    func lengths() throws {
        let version: [UInt8] = [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]
        let digest = [UInt8](repeating: 0, count: 20)
        let entry = version + [0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0x61] + [UInt8](repeating: 0, count: 8) + [0, 5] + Array("X.509".utf8)
        for bytes in [version + [0xFF, 0xFF, 0xFF, 0xFF], entry + [0x7F, 0xFF, 0xFF, 0xFF]] {
            let error = #expect(throws: CertificateError.self) { try ContainerVectors.open(bytes + digest, nil) }
            guard case .oversized = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(throws: CertificateError.oversized("the file has more than 16777216 bytes")) {
            try ContainerVectors.open([UInt8](repeating: 0x30, count: CertificateContainer.maximumByteCount + 1), nil)
        }
    }

    @Test("a request tells its names, and whether its key signed it")
    func request() throws {
        let der = try ContainerVectors.file("request.der")
        let facts = try CertificateRequestFacts(der: der)
        #expect(facts.dnsNames == ["www.example.com"])
        #expect(facts.ipAddresses == ["192.0.2.1"])
        #expect(facts.key.curve == "secp256r1")
        #expect(facts.signatureAlgorithm == "ecdsa-with-SHA256")
        #expect(facts.isSignatureValid == true)
        let position = try #require(der.firstRange(of: Array("www".utf8))).lowerBound
        var changed = der
        changed[position] = UInt8(ascii: "v")
        #expect(try CertificateRequestFacts(der: changed).isSignatureValid == false)
    }
}
