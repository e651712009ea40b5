import ArgumentParser

/// `coffer kms`: the cryptographic operations of AWS KMS under their own names.
struct KMSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kms", abstract: "The cryptographic operations of AWS KMS, with its names and limits.",
        discussion: """
            Flags are named as in `aws kms`. Bytes come from a FILE (or fileb://FILE) or from stdin (-); public bytes also as
            base64:TEXT. The result goes to stdout or --out as raw bytes, or with --json as AWS's response.

            $ coffer kms encrypt --key-id backups --plaintext secret.txt --encryption-context purpose=test --out secret.enc
            $ coffer kms decrypt --ciphertext-blob secret.enc --encryption-context purpose=test
            $ coffer kms generate-data-key --key-id backups --key-spec AES_256 --json
            $ coffer kms sign --key-id releases --message app --signing-algorithm ECDSA_SHA_256 --out app.sig

            \(ExitStatus.help)
            """,
        subcommands: [
            KMSEncrypt.self, KMSDecrypt.self, KMSReEncrypt.self, KMSGenerateDataKey.self, KMSGenerateDataKeyWithoutPlaintext.self,
            KMSGenerateDataKeyPair.self, KMSGenerateDataKeyPairWithoutPlaintext.self, KMSGenerateRandom.self, KMSSign.self,
            KMSVerify.self, KMSGenerateMac.self, KMSVerifyMac.self, KMSDeriveSharedSecret.self,
        ])
}

/// Sizes of the AWS KMS API reference, in bytes. Of a longer input one byte more is read, and the service refuses it.
enum KMSLimit {
    static let plaintext = 4096
    static let ciphertext = 6144
    static let message = 4096
    static let signature = 6144
    static let mac = 6144
    static let publicKey = 8192
}
