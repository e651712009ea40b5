import AgeFormat
import KeyStore
import KeyTestSupport
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Manifest signer")
struct ManifestSignerTests {
    @Test("a note signed in the key service names the key's ARN and is verified with its verifier key")
    func signs() async throws {
        let keys = try SigningKeys()
        let arn = try await keys.makeSigner()
        try await keys.service.createAlias(aliasName: "alias/audit-key", targetKeyID: arn)
        let signer = try await ManifestSigner(service: keys.service, keyID: "alias/audit-key")
        let checkpoint = try TrustSample.checkpoint()
        let note = try await signer.sign(checkpoint)
        #expect(note.text == checkpoint.text)
        #expect(note.signatures.map(\.name) == [arn])
        let verifier = try TrustedSigner(verifierKey: try #require(try signer.signer.verifierKey()))
        #expect(try note.verify(by: [verifier]).name == arn)
        #expect(try await note.verify(by: [TrustedSigner(service: keys.service, keyID: arn)]).name == arn)
        #expect(try SignedNote(parsing: note.bytes) == note)
    }

    @Test("a checkpoint of 4096 bytes is signed")
    func longest() async throws {
        let keys = try SigningKeys()
        let signer = try await ManifestSigner(service: keys.service, keyID: try await keys.makeSigner())
        let rest = try TrustSample.checkpoint(subject: [0x61]).text.count - 1
        let checkpoint = try TrustSample.checkpoint(subject: [UInt8](repeating: 0x61, count: 4096 - rest))
        #expect(try await signer.sign(checkpoint).verify(by: [signer.signer]) == signer.signer)
    }

    @Test(
        "openssl verifies the signature of the key service with the public key in PEM",
        .enabled(if: Command.isInstalled("openssl"), "needs openssl"))
    func openssl() async throws {
        let keys = try SigningKeys()
        let arn = try await keys.makeSigner()
        let note = try await ManifestSigner(service: keys.service, keyID: arn).sign(try TrustSample.checkpoint())
        let folder = try TemporaryFolder()
        let der = try await keys.service.getPublicKey(keyID: arn).publicKey
        let pem = "-----BEGIN PUBLIC KEY-----\n\(Base64.encode(der, padding: .required))\n-----END PUBLIC KEY-----\n"
        try folder.write(Array(pem.utf8), to: "key.pem")
        try folder.write(try #require(note.signatures.first).signature, to: "sig")
        try folder.write(note.text, to: "text")
        try folder.write(note.text + [0x0A], to: "other")
        func verify(_ text: String) throws -> Int32 {
            try Command.run(
                "openssl",
                [
                    "pkeyutl", "-verify", "-pubin", "-inkey", folder.file("key.pem").string, "-rawin", "-in", folder.file(text).string,
                    "-sigfile", folder.file("sig").string,
                ]
            ).status
        }
        #expect(try verify("text") == 0)
        #expect(try verify("other") != 0)
        #expect(try note.verify(by: [try TrustedSigner(file: Array(pem.utf8))]).name == nil)
    }

    @Test(
        "a key of another kind is refused, with the command that makes the right one",
        arguments: [
            (KeySpec.symmetricDefault, KeyUsage.encryptDecrypt), (.eccNISTP256, .signVerify), (.rsa2048, .signVerify),
            (.eccNISTP256, .keyAgreement), (.hmac256, .generateVerifyMAC),
        ])
    func unsuitable(spec: KeySpec, usage: KeyUsage) async throws {
        let keys = try SigningKeys()
        let arn = try await keys.makeKey(spec, usage).arn
        let error = await #expect(throws: IntegrityError.self) { try await ManifestSigner(service: keys.service, keyID: arn) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY") == true)
    }

    @Test("what the key service refuses keeps its error")
    func refused() async throws {
        let keys = try SigningKeys()
        let missing = await #expect(throws: IntegrityError.self) { try await ManifestSigner(service: keys.service, keyID: "alias/none") }
        #expect(missing?.code == .keyService)
        #expect(missing?.keyStoreError?.code == .notFound)

        let arn = try await keys.makeSigner()
        let signer = try await ManifestSigner(service: keys.service, keyID: arn)
        try await keys.service.disableKey(keyID: arn)
        let checkpoint = try TrustSample.checkpoint()
        let disabled = await #expect(throws: IntegrityError.self) { try await signer.sign(checkpoint) }
        #expect(disabled?.code == .keyService)
        #expect(disabled?.keyStoreError?.code == .disabled)
        #expect(disabled?.message.contains(disabled?.keyStoreError?.message ?? "?") == true)
    }

    @Test("an alias that is moved does not move the signer")
    func movedAlias() async throws {
        let keys = try SigningKeys()
        let (one, two) = (try await keys.makeSigner(), try await keys.makeSigner())
        try await keys.service.createAlias(aliasName: "alias/audit-key", targetKeyID: one)
        let signer = try await ManifestSigner(service: keys.service, keyID: "alias/audit-key")
        try await keys.service.updateAlias(aliasName: "alias/audit-key", targetKeyID: two)
        #expect(try await signer.sign(try TrustSample.checkpoint()).signatures.map(\.name) == [one])
    }
}
