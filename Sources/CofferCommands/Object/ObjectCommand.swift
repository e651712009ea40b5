import ArgumentParser

/// `coffer object`: the operations of S3 on objects under their own names.
struct ObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object", abstract: "The operations of S3 on objects, with its names and limits.",
        discussion: """
            Flags are named as in `aws s3api`, and with --json the answers are, too. What
            S3 has and this store has not is refused by its name. For every day there are
            `coffer cp`, `ls`, `rm` and `restore`.

            $ coffer object put --bucket backups --key a.tar --body a.tar --json
            $ coffer object get --bucket backups --key a.tar --range bytes=0-99 part
            $ coffer object retention put --bucket backups --key a.tar \\
                --mode governance --retain-until-date 2027-01-01

            \(ExitStatus.help)
            """,
        subcommands: [
            ObjectPut.self, ObjectGet.self, ObjectHead.self, ObjectDelete.self, ObjectDeleteBatch.self, ObjectCopy.self,
            ObjectMetadata.self, ObjectAttributesCommand.self, ObjectList.self, ObjectVersions.self, ObjectTagCommand.self,
            ObjectRetentionCommand.self, ObjectLegalHoldCommand.self, ObjectUploadCommand.self, ObjectExport.self,
        ])
}
