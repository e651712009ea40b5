import OpenSSL
import Testing

@testable import TLSInspector

@Suite("Revocation lists", .enabled(if: RevocationPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with cryptography"))
struct CRLTests {
    private static let revokedAt = RevocationPeer.time - 5 * RevocationPeer.day

    private static func answer(_ name: String, leaf: String = "leaf", issuer: String = "ca", at time: Int64 = RevocationPeer.time) throws
        -> CRLAnswer
    {
        let peer = try RevocationPeer.shared()
        let (bytes, leaf, issuer) = (try peer.file("crl-" + name), try peer.certificate(leaf), try peer.certificate(issuer))
        return try answer(bytes, leaf, issuer, at: time)
    }

    private static func answer(_ bytes: [UInt8], _ leaf: [UInt8], _ issuer: [UInt8], at time: Int64) throws -> CRLAnswer {
        try CRL(bytes: bytes.bytes).check(certificate: leaf.bytes, issuer: issuer.bytes, at: time)
    }

    @Test(
        "a list is believed, or refused for its own reason",
        arguments: [
            ("clean", .notListed), ("clean-pem", .notListed), ("nothing", .notListed), ("users", .notListed), ("own-point", .notListed),
            ("revoked", .revoked(at: revokedAt, reason: .keyCompromise)), ("revoked-silent", .revoked(at: revokedAt, reason: nil)),
            ("hold", .revoked(at: revokedAt, reason: .certificateHold)), ("removed", .removed),
            ("some-reasons-revoked", .revoked(at: revokedAt, reason: .keyCompromise)),
            ("some-reasons", .refused(.someReasonsOnly)), ("flipped", .refused(.badSignature)), ("expired", .refused(.expired)),
            ("future", .refused(.fromFuture)), ("stranger", .refused(.otherIssuer)), ("twin", .refused(.badSignature)),
            ("delta", .refused(.delta)), ("indirect", .refused(.indirect)), ("indirect-entry", .refused(.indirect)),
            ("critical", .refused(.criticalExtension("1.3.6.1.4.1.99999.2"))),
            ("critical-entry", .refused(.criticalExtension("1.3.6.1.4.1.99999.2"))), ("attributes", .refused(.attributesOnly)),
            ("authorities", .refused(.otherKind)), ("other-point", .refused(.otherDistributionPoint)),
        ] as [(String, CRLAnswer.Verdict)])
    func verdicts(name: String, expected: CRLAnswer.Verdict) throws {
        #expect(try Self.answer(name).verdict == expected)
    }

    @Test("bytes that are no list are refused", arguments: ["cut", "trailing", "garbage", "encrypted"])
    func malformed(name: String) throws {
        let bytes = try RevocationPeer.shared().file("crl-" + name)
        #expect { _ = try CRL(bytes: bytes.bytes) } throws: { ($0 as? OpenSSLError)?.code == .invalidInput }
    }

    @Test("a list of an issuer that may not sign lists is refused")
    func usage() throws {
        #expect(try Self.answer("silent", issuer: "silent").verdict == .refused(.issuerMayNotSign))
    }

    @Test("a list that names a distribution point is not for a certificate that names none")
    func noPoint() throws {
        #expect(try Self.answer("own-point", leaf: "other").verdict == .refused(.otherDistributionPoint))
        #expect(try Self.answer("clean", leaf: "other").verdict == .notListed)
    }

    @Test("a list is about certificates of its issuer")
    func wrongIssuer() throws {
        #expect(try Self.answer("root", issuer: "root").verdict == .refused(.notIssuer))
        #expect(try Self.answer("root", leaf: "ca", issuer: "root").verdict == .notListed)
    }

    @Test("an issuer with a key that libcrypto does not know is told from a wrong one")
    func unknownKey() throws {
        let peer = try RevocationPeer.shared()
        let (bytes, leaf, issuer) = (try peer.file("crl-clean"), try peer.certificate("leaf"), try peer.certificateWithUnknownKey("ca"))
        #expect(try Self.answer(bytes, leaf, issuer, at: RevocationPeer.time).verdict == .refused(.unusableKey))
    }

    @Test("a list is valid five minutes beyond its end and no longer")
    func skew() throws {
        let end = RevocationPeer.time + RevocationPeer.day
        #expect(try Self.answer("clean", at: end + 300).verdict == .notListed)
        #expect(try Self.answer("clean", at: end + 301).verdict == .refused(.expired))
        #expect(try Self.answer("clean").nextUpdate == end)
    }

    @Test("every refusal is one sentence")
    func sentences() {
        let all: [CRLRefusal] = [
            .notIssuer, .otherIssuer, .issuerMayNotSign, .unusableKey, .weakHash("SHA-1"), .badSignature, .delta, .indirect,
            .malformedExtension, .criticalExtension("1.2"), .attributesOnly, .otherKind, .otherDistributionPoint, .someReasonsOnly,
            .malformedTime, .fromFuture, .expired, .tooOld,
        ]
        for refusal in all {
            #expect(refusal.sentence.hasPrefix("The ") && refusal.sentence.contains("CRL") && refusal.sentence.hasSuffix("."))
        }
        #expect(Set(all.map(\.sentence)).count == all.count)
    }
}
