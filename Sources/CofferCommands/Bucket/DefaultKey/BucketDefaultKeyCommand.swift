import ArgumentParser
import ObjectStore

/// `coffer bucket default-key`: S3's bucket encryption.
struct BucketDefaultKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "default-key", abstract: "The KMS key that new objects of a bucket are sealed under.",
        discussion: """
            Objects that are there keep their key; `coffer store rewrap` moves them.

            $ coffer bucket default-key set backups backups-2027
            $ coffer store rewrap backups

            \(ExitStatus.help)
            """,
        subcommands: [BucketDefaultKeyGet.self, BucketDefaultKeySet.self, BucketDefaultKeyUnset.self])
}

/// Output of GetBucketEncryption.
struct BucketEncryptionResult: CommandResult {
    private struct Configuration: Encodable {
        let rules: [Rule]
    }

    private struct Rule: Encodable {
        let applyServerSideEncryptionByDefault: Default
    }

    private struct Default: Encodable {
        let kmsMasterKeyID: String
        let sseAlgorithm: String

        enum CodingKeys: String, CodingKey {
            case kmsMasterKeyID = "KMSMasterKeyID"
            case sseAlgorithm = "SSEAlgorithm"
        }
    }

    private let serverSideEncryptionConfiguration: Configuration
    private let keyID: String

    private enum CodingKeys: String, CodingKey { case serverSideEncryptionConfiguration }

    init(_ encryption: BucketEncryption) {
        keyID = encryption.kmsMasterKeyID
        serverSideEncryptionConfiguration = Configuration(rules: [
            Rule(
                applyServerSideEncryptionByDefault: Default(
                    kmsMasterKeyID: keyID, sseAlgorithm: ServerSideEncryption.awsKMS.rawValue))
        ])
    }

    var text: String { keyID + "\n" }
}
