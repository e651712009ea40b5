import ArgumentParser
import ObjectStore

struct BucketVersioningGet: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show whether a bucket keeps versions, and whether MFA delete is on.",
        discussion: """
            $ coffer bucket versioning get backups
            $ coffer bucket versioning get backups --json | jq -r .Status

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(BucketVersioningResult(objects.getBucketVersioning(bucket), isAnswer: true))
    }
}
