import ArgumentParser
import ObjectStore

struct BucketDefaultKeySet: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Seal new objects under this key.",
        discussion: """
            $ coffer bucket default-key set backups backups-2027

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @Argument(help: KeyReference.help) var key: KeyReference
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await objects.putBucketEncryption(bucket, BucketEncryption(kmsMasterKeyID: key.serviceName))
        try session.output.render(BucketNameResult(bucket))
    }
}
