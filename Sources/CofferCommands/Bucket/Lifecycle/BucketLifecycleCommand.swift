import ArgumentParser

/// `coffer bucket lifecycle`: what is deleted by itself, and when.
struct BucketLifecycleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifecycle", abstract: "Delete old versions and abandoned uploads by rules.",
        discussion: """
            `coffer store maintain` carries the rules out.

            $ coffer bucket lifecycle put backups --noncurrent-days 90 --keep-noncurrent 3
            $ coffer bucket lifecycle put backups --file lifecycle.json
            $ coffer bucket lifecycle get backups

            \(ExitStatus.help)
            """,
        subcommands: [BucketLifecycleGet.self, BucketLifecyclePut.self, BucketLifecycleDelete.self])
}
