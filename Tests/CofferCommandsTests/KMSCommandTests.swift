import Foundation
import Testing

@testable import CofferCommands

@Suite("coffer kms")
struct KMSCommandTests {
    @Test("encrypt and decrypt, raw and as AWS's JSON")
    func encryption() async throws {
        let fixture = try await CommandFixture.withStore()
        let arn = try await fixture.expect("key create --alias k").line
        let raw = try await fixture.expect("kms encrypt --key-id k --plaintext - --encryption-context a=1,b=2", input: [1, 2]).bytes
        let file = try fixture.write(raw, to: "blob")
        #expect(
            try await fixture.run(["kms", "decrypt", "--ciphertext-blob", "fileb://" + file, "--encryption-context", #"{"b":"2","a":"1"}"#])
                .bytes
                == [1, 2])
        let document = try await fixture.expect("kms decrypt --ciphertext-blob \(file) --encryption-context a=1,b=2 --json").json
        #expect(document["Plaintext"] as? String == "AQI=" && document["KeyId"] as? String == arn)
        let encrypted = try await fixture.expect("kms encrypt --key-id k --plaintext - --json", input: [7]).json
        let blob = try #require(encrypted["CiphertextBlob"] as? String)
        #expect(try await fixture.expect("kms decrypt --ciphertext-blob base64:\(blob)").bytes == [7])
        try await fixture.expect("kms decrypt --ciphertext-blob \(file)", .damaged)
        try await fixture.expect("kms decrypt --ciphertext-blob \(file) --encryption-context a=1,b=3", .damaged)
    }

    @Test("limits are those of AWS, and in its words")
    func limits() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try await fixture.expect("kms encrypt --key-id k --plaintext -", input: [UInt8](repeating: 1, count: 4096))
        let tooLong = try await fixture.expect("kms encrypt --key-id k --plaintext -", .usage, input: [UInt8](repeating: 1, count: 4097))
        #expect(tooLong.errors.contains("4096"))
        try await fixture.expect("kms encrypt --key-id k --plaintext -", .usage)
        try await fixture.expect("kms generate-random --number-of-bytes 1025", .usage)
        try await fixture.expect("kms generate-data-key-without-plaintext --key-id k", .usage)
    }

    @Test("what is not a ciphertext is damaged", arguments: [[], [1, 2, 3], [UInt8](repeating: 0x43, count: 200)])
    func badCiphertext(bytes: [UInt8]) async throws {
        let fixture = try await CommandFixture.withStore()
        let outcome = try await fixture.run("kms decrypt --ciphertext-blob -", input: bytes)
        #expect(outcome.status == (bytes.isEmpty ? .usage : .damaged), "\(outcome.errors)")
    }

    @Test("re-encryption moves a ciphertext to another key and context")
    func reEncryption() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias old")
        try await fixture.expect("key create --alias new")
        try fixture.write(try await fixture.expect("kms encrypt --key-id old --plaintext -", input: [3]).bytes, to: "a")
        let moved = try await fixture.expect(
            "kms re-encrypt --ciphertext-blob \(fixture.path("a")) --destination-key-id new --destination-encryption-context x=y")
        try fixture.write(moved.bytes, to: "b")
        #expect(
            try await fixture.expect("kms decrypt --ciphertext-blob \(fixture.path("b")) --encryption-context x=y --key-id new").bytes == [
                3
            ])
        try await fixture.expect("kms decrypt --ciphertext-blob \(fixture.path("b")) --encryption-context x=y --key-id old", .denied)
    }

    @Test("data keys: with plaintext in two files or one object, and without")
    func dataKeys() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try await fixture.expect("kms generate-data-key --key-id k --key-spec AES_256", .usage)
        let plaintext = try await fixture.expect(
            "kms generate-data-key --key-id k --number-of-bytes 33 --ciphertext-out \(fixture.path("c"))"
        ).bytes
        #expect(plaintext.count == 33)
        #expect(try await fixture.expect("kms decrypt --ciphertext-blob \(fixture.path("c"))").bytes == plaintext)
        let document = try await fixture.expect("kms generate-data-key --key-id k --key-spec AES_256 --json").json
        #expect((document["Plaintext"] as? String).flatMap { Data(base64Encoded: $0) }?.count == 32)
        let blob = try await fixture.expect("kms generate-data-key-without-plaintext --key-id k --key-spec AES_128").bytes
        #expect(try await fixture.expect("kms decrypt --ciphertext-blob -", input: blob).bytes.count == 16)
    }

    @Test("two results do not go to one file, whatever it is called, and nothing is made for them")
    func oneFileForTwo() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        try FileManager.default.createSymbolicLink(atPath: fixture.path("here"), withDestinationPath: fixture.folder)
        let pair = "--key-pair-spec ECC_NIST_P256"
        for (first, second) in [("x", "x"), ("./x", "x"), ("here/x", "x")] {
            let (one, other) = (fixture.path(first), fixture.path(second))
            try await fixture.expect(
                "kms generate-data-key --key-id k --number-of-bytes 8 --force --out \(one) --ciphertext-out \(other)", .usage)
            let files = "--private-key-ciphertext-out \(one) --public-key-out \(other)"
            try await fixture.expect("kms generate-data-key-pair --key-id k \(pair) \(files) --out \(fixture.path("y"))", .usage)
            try await fixture.expect("kms generate-data-key-pair-without-plaintext --key-id k \(pair) \(files)", .usage)
            try await fixture.expect("key import parameters k --public-key \(one) --token \(other)", .usage)
        }
        #expect(!fixture.exists("x") && !fixture.exists("y"))
        try fixture.write("old", to: "x")
        try await fixture.expect(
            "kms generate-data-key --key-id k --number-of-bytes 8 --out \(fixture.path("y")) --ciphertext-out \(fixture.path("x"))", .denied
        )
        let events = try await fixture.expect("audit list").text
        #expect(!events.contains("GenerateDataKey") && !events.contains("GetParametersForImport"))
    }

    @Test("an RSA ciphertext that does not open is not said to have a context")
    func damagedRSA() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias r --spec RSA_2048 --usage ENCRYPT_DECRYPT")
        try await fixture.expect("key create --alias k")
        let blob = try fixture.write([UInt8](repeating: 1, count: 256), to: "blob")
        let decrypted = try await fixture.expect(
            "kms decrypt --ciphertext-blob \(blob) --key-id r --encryption-algorithm RSAES_OAEP_SHA_256", .damaged)
        let moved = try await fixture.expect(
            "kms re-encrypt --ciphertext-blob \(blob) --source-key-id r --source-encryption-algorithm RSAES_OAEP_SHA_256 --destination-key-id k",
            .damaged)
        for errors in [decrypted.errors, moved.errors] { #expect(errors.contains("is damaged") && !errors.contains("context")) }
        let symmetric = try await fixture.expect("kms encrypt --key-id k --plaintext -", input: [1]).bytes
        #expect(
            try await fixture.expect("kms decrypt --ciphertext-blob - --encryption-context a=b", .damaged, input: symmetric).errors
                .contains("context"))
    }

    @Test("data key pairs")
    func dataKeyPairs() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let (private_, public_) = (fixture.path("p.enc"), fixture.path("p.der"))
        let key = try await fixture.expect(
            "kms generate-data-key-pair --key-id k --key-pair-spec ECC_NIST_P256 --private-key-ciphertext-out \(private_) --public-key-out \(public_)"
        )
        #expect(try await fixture.expect("kms decrypt --ciphertext-blob \(private_)").bytes == key.bytes)
        let document = try await fixture.expect("kms generate-data-key-pair --key-id k --key-pair-spec ECC_NIST_P256 --json").json
        #expect(document["PrivateKeyPlaintext"] is String && document["PublicKey"] is String)
        let without = try await fixture.expect(
            "kms generate-data-key-pair-without-plaintext --key-id k --key-pair-spec ECC_NIST_P256 --json"
        ).json
        #expect(without["PrivateKeyPlaintext"] == nil && without["PrivateKeyCiphertextBlob"] is String)
        try await fixture.expect("kms generate-data-key-pair --key-id k --key-pair-spec ECC_NIST_P256", .usage)
    }

    @Test("a signature verifies, and one of another message does not: exit status 1")
    func signatures() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias s --spec ECC_NIST_P256 --usage SIGN_VERIFY")
        let message = try fixture.write("release notes", to: "notes")
        try await fixture.expect("kms sign --key-id s --message \(message) --signing-algorithm ECDSA_SHA_256 --out \(fixture.path("sig"))")
        let verify = "kms verify --key-id s --signature \(fixture.path("sig")) --signing-algorithm ECDSA_SHA_256 --message"
        #expect(try await fixture.expect("\(verify) \(message) --json").json["SignatureValid"] as? Bool == true)
        #expect(try await fixture.expect("\(verify) -", .negative, input: [1]).errors.contains("error: the signature is not valid"))
        try await fixture.expect("kms verify --key-id s --message - --signature - --signing-algorithm ECDSA_SHA_256", .usage)
        try await fixture.expect("kms sign --key-id s --message \(message) --signing-algorithm RSASSA_PSS_SHA_256", .denied)
    }

    @Test("a MAC verifies, and another one does not: exit status 1")
    func macs() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias m --spec HMAC_256 --usage GENERATE_VERIFY_MAC")
        let mac = try await fixture.expect("kms generate-mac --key-id m --message - --mac-algorithm HMAC_SHA_256 --json", input: [1]).json[
            "Mac"]
        let verify = "kms verify-mac --key-id m --mac base64:\(mac as? String ?? "") --mac-algorithm HMAC_SHA_256 --message -"
        try await fixture.expect(verify, input: [1])
        try await fixture.expect(verify, .negative, input: [2])
    }

    @Test("two parties agree on a secret")
    func agreement() async throws {
        let fixture = try await CommandFixture.withStore()
        for alias in ["a", "b"] { try await fixture.expect("key create --alias \(alias) --spec ECC_NIST_P384 --usage KEY_AGREEMENT") }
        for alias in ["a", "b"] { try await fixture.expect("key public \(alias) --der --out \(fixture.path(alias))") }
        let first = try await fixture.expect("kms derive-shared-secret --key-id a --public-key \(fixture.path("b"))").bytes
        let second = try await fixture.expect("kms derive-shared-secret --key-id b --public-key \(fixture.path("a")) --json").json
        #expect(first.count == 48 && second["SharedSecret"] as? String == Data(first).base64EncodedString())
    }

    @Test("a dry run says so and gives nothing")
    func dryRun() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let outcome = try await fixture.expect("kms encrypt --key-id k --plaintext - --dry-run", input: [1])
        #expect(outcome.bytes.isEmpty && outcome.errors.contains("would have succeeded"))
        try await fixture.expect("key disable k")
        try await fixture.expect("kms encrypt --key-id k --plaintext - --dry-run", .denied, input: [1])
    }

    @Test(
        "an encryption context that is malformed or names something twice is a usage error",
        arguments: [
            "a", "=1", "a=1,a=2", #"{"a":"1","a":"2"}"#, #"{"a":1}"#, #"{"a":"1""#, #"["a"]"#, "a=1,,b=2", #"{"a":"1","\u0061":"2"}"#,
        ])
    func badContexts(context: String) async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        let outcome = try await fixture.run(
            ["kms", "encrypt", "--key-id", "k", "--plaintext", "-", "--encryption-context", context], input: [1])
        #expect(outcome.status == .usage && outcome.bytes.isEmpty, "\(outcome.errors)")
    }

    @Test("malformed base64 is a usage error", arguments: ["AQ", "A===", "AQ==AQ==", "A Q=", "AR==", "*"])
    func badBase64(text: String) async throws {
        let fixture = try await CommandFixture.withStore()
        let outcome = try await fixture.run(["kms", "decrypt", "--ciphertext-blob", "base64:" + text])
        #expect(outcome.status == .usage && outcome.errors.contains("base64"))
    }

    @Test("a secret is not taken from the command line")
    func noSecretsInArguments() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("key create --alias k")
        #expect(try await fixture.expect("kms encrypt --key-id k --plaintext base64:AQ==", .usage).errors.contains("hint: give a file"))
    }
}
