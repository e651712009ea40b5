import ArgumentParser

/// `coffer bucket`: where objects are kept, and by which rules.
struct BucketCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bucket", abstract: "Make, list, change and delete buckets of the object store.",
        discussion: """
            $ coffer bucket create backups --versioning enabled --key backups
            $ coffer bucket mfa-delete enable backups        asks for a code
            $ coffer bucket lifecycle put backups --noncurrent-days 90
            $ coffer bucket info backups

            \(ExitStatus.help)
            """,
        subcommands: [
            BucketCreate.self, BucketList.self, BucketInfo.self, BucketDelete.self, BucketVersioningCommand.self,
            BucketMFADeleteCommand.self, BucketLifecycleCommand.self, BucketRetentionCommand.self, BucketTagCommand.self,
            BucketDefaultKeyCommand.self,
        ])
}
