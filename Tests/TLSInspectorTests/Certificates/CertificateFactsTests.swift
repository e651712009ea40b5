import Foundation
import Testing

@testable import TLSInspector

@Suite("Facts of a certificate")
struct CertificateFactsTests {
    @Test("all that stands in a certificate is told")
    func full() throws {
        let facts = try CertificateFacts(der: CertificateVectors.certificate("full"))
        #expect(facts.version == 3)
        #expect(facts.subject == "CN=www.example.com")
        #expect(facts.issuer == "CN=Test Intermediate")
        #expect(facts.commonName == "www.example.com")
        #expect(facts.serialNumber.count == 16)
        #expect(facts.notBefore == 1_775_001_600 && facts.notAfter == 1_788_220_800)
        #expect(facts.dnsNames == ["www.example.com", "*.example.com"])
        #expect(facts.ipAddresses == ["192.0.2.1", "2001:db8::1"])
        #expect(facts.otherNames == ["email:a@example.com", "URI:https://example.com/", "otherName:1.3.6.1.4.1.311.20.2.3"])
        #expect(facts.key == CertificateKeyFacts(algorithm: "EC", bits: 256, curve: "secp256r1", exponent: nil, weaknesses: []))
        #expect(facts.signatureAlgorithm == "ecdsa-with-SHA256")
        #expect(facts.isCA == false && facts.pathLength == nil)
        #expect(facts.keyUsage == ["digitalSignature"])
        #expect(facts.extendedKeyUsage == ["serverAuth"])
        #expect(facts.ocspURLs == ["http://ocsp.example/"])
        #expect(facts.issuerURLs == ["http://ca.example/inter.der"])
        #expect(facts.crlURLs == ["http://ca.example/a.crl"])
        #expect(facts.policyOIDs == ["2.23.140.1.2.1"])
        #expect(facts.mustStaple)
        #expect(facts.embeddedTimestampCount == 0)
        #expect(facts.unknownCriticalExtensions.isEmpty)
        #expect(facts.fingerprint.count == 64 && facts.keyFingerprint.count == 64)
        #expect(!facts.isSelfSigned)
    }

    @Test("facts come back from JSON as they were")
    func json() throws {
        let facts = try CertificateFacts(der: CertificateVectors.certificate("full"))
        #expect(try JSONDecoder().decode(CertificateFacts.self, from: JSONEncoder().encode(facts)) == facts)
    }

    @Test("names keep their letters, and what would act on a terminal is escaped")
    func names() throws {
        let facts = try CertificateFacts(der: CertificateVectors.certificate("names"))
        #expect(facts.subject == #"CN=böse\,\0A\E2\80\AE.example,O=Bücher & Söhne"#)
    }

    @Test(
        "what is broken is refused with its reason",
        arguments: [("name-with-nul", "NUL"), ("bad-bmp", "bmpstring is wrong length"), ("broken-key", "public key")])
    func refused(_ name: String, _ reason: String) throws {
        let error = #expect(throws: CertificateError.self) { try CertificateFacts(der: CertificateVectors.certificate(name)) }
        guard case .malformed(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains(reason), "\(text)")
    }

    @Test("old and odd certificates are read")
    func odd() throws {
        let old = try CertificateFacts(der: CertificateVectors.certificate("version-1"))
        #expect(old.version == 1 && old.isCA == nil && old.keyUsage == nil && old.extendedKeyUsage == nil && old.isSelfSigned)
        #expect(try CertificateFacts(der: CertificateVectors.certificate("negative-serial")).serialNumber == "8000000000000000")
        #expect(try CertificateFacts(der: CertificateVectors.certificate("long-serial")).serialNumber.count == 76)
        let odd = try CertificateFacts(der: CertificateVectors.certificate("odd-address"))
        #expect(odd.ipAddresses.isEmpty && odd.otherNames == ["IP:3132333435"])
        #expect(try CertificateFacts(der: CertificateVectors.certificate("generalized-time")).notAfter == 253_402_300_799)
        #expect(try CertificateFacts(der: CertificateVectors.certificate("brainpool")).key.curve == "brainpoolP256r1")
    }

    @Test("keys that libcrypto does not know have their names", arguments: [("ml-dsa", "ML-DSA-44"), ("slh-dsa", "SLH-DSA-SHAKE-256f")])
    func postQuantum(_ name: String, _ algorithm: String) throws {
        let key = try CertificateFacts(der: CertificateVectors.certificate(name)).key
        #expect(key == CertificateKeyFacts(algorithm: algorithm, bits: nil, curve: nil, exponent: nil, weaknesses: []))
    }

    @Test("a certificate that is cut off or changed in any byte of its frame is refused, or is another one")
    func damage() throws {
        let der = CertificateVectors.certificate("full")
        let facts = try CertificateFacts(der: der)
        for count in 0..<der.count {
            #expect(throws: CertificateError.self) { try CertificateFacts(der: Array(der[..<count])) }
        }
        for position in der.indices {
            var changed = der
            changed[position] ^= 0x55
            do {
                #expect(try CertificateFacts(der: changed).fingerprint != facts.fingerprint)
            } catch {
                // Refused, which is right too.
                continue
            }
        }
    }

    @Test("one that is longer than any honest one is not looked at")
    func oversized() {
        let bytes = [UInt8](repeating: 0x30, count: CertificateFacts.maximumByteCount + 1)
        #expect(throws: CertificateError.self) { try CertificateFacts(der: bytes) }
    }
}
