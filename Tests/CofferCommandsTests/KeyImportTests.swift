import Foundation
import OpenSSL
import Testing

@testable import CofferCommands

@Suite("coffer key import")
struct KeyImportTests {
    @Test("raw material from a file, in one step; the same again brings it back")
    func oneStep() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --origin external --alias mine")
        try await fixture.expect("encrypt -k mine", .denied, input: [1])
        let file = try fixture.write([UInt8](0..<32), to: "mine.key")
        let materialID = try await fixture.expect("key import \(file) --key mine").line
        #expect(materialID.utf8.count == 64)
        let sealed = try await fixture.expect("encrypt -k mine", input: [5]).bytes
        try await fixture.expect("key import delete-material mine")
        try await fixture.expect("decrypt", .denied, input: sealed)
        #expect(try await fixture.expect("key import - --key mine", input: [UInt8](0..<32)).line == materialID)
        #expect(try await fixture.expect("decrypt", input: sealed).bytes == [5])
    }

    @Test("a PKCS#8 key as DER and as PEM", arguments: [false, true])
    func privateKeys(pem: Bool) async throws {
        let fixture = try await CommandFixture.withStore()
        let (der, publicKey) = try Self.makeKey()
        let content = pem ? Array(PEM.encode(der, label: "PRIVATE KEY").utf8) : der
        let file = try fixture.write(content, to: "key")
        try await fixture.expect("key create --origin external --alias s --spec ECC_NIST_P256 --usage SIGN_VERIFY")
        try await fixture.expect("key import \(file) --key s")
        #expect(try await fixture.expect("key public s --der").bytes == publicKey)
    }

    @Test("material of a wrong length, another kind of PEM, cut PEM, nothing, too much")
    func badMaterial() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --origin external --alias mine")
        let bad: [(String, ExitStatus)] = [
            (String(repeating: "k", count: 31), .usage),
            ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", .usage),
            ("-----BEGIN PRIVATE KEY-----\nAAAA", .usage), ("-----BEGIN PRIVATE KEY-----\nA*AA\n-----END PRIVATE KEY-----\n", .usage),
            (String(repeating: "k", count: 20_000), .usage),
        ]
        for (content, status) in bad {
            let outcome = try await fixture.run("key import - --key mine", input: Array(content.utf8))
            #expect(outcome.status == status, "\(outcome.errors)")
            #expect(outcome.status != .success && !outcome.errors.contains("kkkk"))
        }
        try await fixture.expect("key import \(fixture.path("nothing")) --key mine", .notFound)
    }

    @Test("a wrapping that RSA material does not fit into is a usage error, and the one that fits is named")
    func wrappingAlgorithm() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --origin external --alias r --spec RSA_2048 --usage SIGN_VERIFY")
        try await fixture.expect("key create --alias ours")
        let files = "--public-key \(fixture.path("wrap.der")) --token \(fixture.path("token"))"
        let refused = try await fixture.expect("key import parameters r --wrapping-algorithm RSAES_OAEP_SHA_256 --json", .usage).error
        #expect(refused["code"] as? String == "UnsupportedOperationException")
        #expect((refused["hint"] as? String)?.contains("RSA_AES_KEY_WRAP_SHA_256") == true)
        try await fixture.expect("key import parameters ours \(files)", .denied)
        #expect(!fixture.exists("wrap.der") && !fixture.exists("token"))
    }

    @Test("three steps: parameters, wrapping elsewhere, material with an expiry")
    func threeSteps() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --origin external --alias mine")
        let (publicKey, token, wrapped) = (fixture.path("wrap.der"), fixture.path("token"), fixture.path("wrapped"))
        try await fixture.expect(
            "key import parameters mine --wrapping-algorithm RSAES_OAEP_SHA_256 --wrapping-key-spec RSA_2048 --public-key \(publicKey) --token \(token)"
        )
        try fixture.write(Self.wrapElsewhere(to: fixture.read("wrap.der")), to: "wrapped")
        let command = "key import material mine --token \(token) --encrypted-key-material \(wrapped)"
        try await fixture.expect(command + " --valid-to yesterday", .usage)
        try await fixture.expect(command + " --valid-to 2026-10-01")
        #expect(try await fixture.expect("key describe mine").text.contains("Expires:    2026-10-01T00:00:00Z"))
        try await fixture.expect(
            "key import parameters mine --public-key \(publicKey) --token \(token)", .denied)
    }

    /// What an HSM does with the wrapping key.
    private static func wrapElsewhere(to wrappingKey: [UInt8]) throws -> [UInt8] {
        try PublicKey(spkiDER: wrappingKey.span.bytes)
            .encryptOAEP(SecretBytes(random: 32), digest: .sha256, label: [UInt8]().span.bytes)
    }

    private static func makeKey() throws -> (pkcs8: [UInt8], publicKey: [UInt8]) {
        let key = try PrivateKey.generate(.p256)
        return (try key.pkcs8DER().withUnsafeBytes { Array($0) }, try key.publicKey().spkiDER())
    }
}
