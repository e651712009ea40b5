import OpenSSL
import Testing

@testable import TLSInspector

@Suite("OCSP responses", .enabled(if: RevocationPeer.isInstalled, "COFFER_TEST_PYTHON names no Python with cryptography"))
struct OCSPResponseTests {
    private static func answer(_ name: String, at time: Int64 = RevocationPeer.time) throws -> OCSPAnswer {
        let peer = try RevocationPeer.shared()
        let (bytes, leaf, issuer) = (try peer.file("ocsp-" + name), try peer.certificate("leaf"), try peer.certificate("ca"))
        return try answer(bytes, leaf, issuer, at: time)
    }

    private static func answer(_ bytes: [UInt8], _ leaf: [UInt8], _ issuer: [UInt8], at time: Int64) throws -> OCSPAnswer {
        try OCSPResponse(der: bytes.bytes).check(certificate: leaf.bytes, issuer: issuer.bytes, at: time)
    }

    @Test(
        "a response is believed, or refused for its own reason",
        arguments: [
            ("good", .good), ("good-sha256", .good), ("good-by-name", .good), ("delegate", .good), ("delegate-by-name", .good),
            ("within-skew", .good), ("endless", .good),
            ("revoked", .revoked(at: RevocationPeer.time - 2 * RevocationPeer.day, reason: .keyCompromise)),
            ("revoked-silent", .revoked(at: RevocationPeer.time - 2 * RevocationPeer.day, reason: nil)),
            ("unknown", .unknown),
            ("good-sha512", .refused(.unsupportedHash)), ("flipped", .refused(.badSignature)), ("expired", .refused(.expired)),
            ("future", .refused(.fromFuture)), ("endless-old", .refused(.tooOld)), ("other-serial", .refused(.otherCertificate)),
            ("other-issuer", .refused(.otherIssuer)), ("stranger", .refused(.noSigner)),
            ("stranger-attached", .refused(.delegateNotIssued)), ("twin", .refused(.badSignature)),
            ("twin-attached", .refused(.delegateNotIssued)), ("delegate-missing", .refused(.noSigner)),
            ("delegate-plain", .refused(.delegateNotAllowed)), ("delegate-any", .refused(.delegateNotAllowed)),
            ("delegate-foreign", .refused(.delegateNotIssued)), ("delegate-twin", .refused(.delegateNotIssued)),
            ("delegate-weak", .refused(.delegateWeakHash("SHA-1"))), ("delegate-late", .refused(.delegateNotValid)),
            ("crowd", .refused(.tooManyCertificates)),
            ("critical", .refused(.criticalExtension)), ("malformed-request", .refused(.status(.malformedRequest))),
            ("internal-error", .refused(.status(.internalError))), ("try-later", .refused(.status(.tryLater))),
            ("sig-required", .refused(.status(.signatureRequired))), ("unauthorized", .refused(.status(.unauthorized))),
        ] as [(String, OCSPAnswer.Verdict)])
    func verdicts(name: String, expected: OCSPAnswer.Verdict) throws {
        #expect(try Self.answer(name).verdict == expected)
    }

    @Test("bytes that are not one response are refused", arguments: ["cut", "trailing", "garbage", "empty"])
    func malformed(name: String) throws {
        let bytes = try RevocationPeer.shared().file("ocsp-" + name)
        #expect { try OCSPResponse(der: bytes.bytes).status } throws: { ($0 as? OpenSSLError)?.code == .invalidInput }
    }

    @Test("a response that is longer than is read is refused before it is read")
    func oversized() {
        let bytes = [UInt8](repeating: 0x30, count: OCSPResponse.maximumByteCount + 1)
        #expect { try OCSPResponse(der: bytes.bytes).status } throws: { "\($0)".contains("more than 65536 bytes") }
    }

    @Test(
        "a response is valid from its time to its end, and five minutes more on either side",
        arguments: [(-301, false), (-300, true), (0, true)])
    func beginning(offset: Int64, isValid: Bool) throws {
        let begin = RevocationPeer.time - RevocationPeer.day
        #expect(
            try Self.answer("endless-old", at: begin - 10 * RevocationPeer.day + offset).verdict
                == (isValid ? .good : .refused(.fromFuture)))
        let end = RevocationPeer.time + RevocationPeer.day
        let late = try Self.answer("good", at: end - offset)
        #expect(late.verdict == (isValid ? .good : .refused(.expired)))
        #expect(late.nextUpdate == end && late.thisUpdate == begin)
    }

    @Test("a response is about the certificate of the issuer that is given")
    func wrongIssuer() throws {
        let peer = try RevocationPeer.shared()
        let (bytes, leaf) = (try peer.file("ocsp-good"), try peer.certificate("leaf"))
        for (name, refusal) in [("stranger", OCSPRefusal.notIssuer), ("leaf", .notIssuer), ("twin", .noSigner)] {
            let issuer = try peer.certificate(name)
            #expect(try Self.answer(bytes, leaf, issuer, at: RevocationPeer.time).verdict == .refused(refusal))
        }
    }

    @Test("an issuer with a key that libcrypto does not know is told from a wrong one")
    func unknownKey() throws {
        let peer = try RevocationPeer.shared()
        let (bytes, leaf, issuer) = (try peer.file("ocsp-good"), try peer.certificate("leaf"), try peer.certificateWithUnknownKey("ca"))
        #expect(try Self.answer(bytes, leaf, issuer, at: RevocationPeer.time).verdict == .refused(.unusableKey))
    }

    @Test("a delegated responder that has to be checked itself is told")
    func unchecked() throws {
        #expect(try Self.answer("delegate-unchecked").isResponderUnchecked)
        #expect(try Self.answer("delegate-unchecked").verdict == .good)
        #expect(try !Self.answer("delegate").isResponderUnchecked)
        #expect(try !Self.answer("good").isResponderUnchecked)
    }

    @Test("no changed byte of a signed response is believed")
    func flips() throws {
        let peer = try RevocationPeer.shared()
        let (leaf, issuer) = (try peer.certificate("leaf"), try peer.certificate("ca"))
        let honest = try peer.file("ocsp-revoked")
        let expected = try Self.answer("revoked")
        for index in honest.indices {
            var changed = honest
            changed[index] ^= 0x01
            do {
                let answer = try Self.answer(changed, leaf, issuer, at: RevocationPeer.time)
                guard case .refused = answer.verdict else {
                    // Some bytes are not signed and mean nothing, as unused bits; the answer is the same then.
                    #expect(answer == expected, "byte \(index)")
                    continue
                }
            } catch {
                #expect((error as? OpenSSLError)?.code == .invalidInput, "byte \(index): \(error)")
            }
        }
    }

    @Test("every refusal is one sentence")
    func sentences() {
        let all: [OCSPRefusal] = [
            .status(.tryLater), .notIssuer, .noAnswer, .otherCertificate, .otherIssuer, .unsupportedHash, .weakHash("SHA-1"),
            .criticalExtension, .malformedTime, .fromFuture, .expired, .tooOld, .noSigner, .unusableKey, .badSignature,
            .tooManyCertificates, .delegateNotIssued, .delegateNotAllowed, .delegateNotValid, .delegateWeakHash("MD5"),
        ]
        for refusal in all {
            #expect(refusal.sentence.hasPrefix("The ") && refusal.sentence.contains("OCSP") && refusal.sentence.hasSuffix("."))
        }
        #expect(Set(all.map(\.sentence)).count == all.count)
    }
}
