import ArgumentParser
import ObjectStore

struct BucketDelete: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an empty bucket.",
        discussion: """
            Empty means without any version, delete marker or unfinished upload. While MFA
            delete is on, a code is asked for.

            $ coffer bucket delete scratch
            $ coffer bucket delete backups --mfa 'phone 123456'

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        let token = try await mfa.token(if: objects.needsCode(in: bucket), for: objects, in: session)
        try await objects.deleteBucket(DeleteBucketRequest(bucket: bucket, mfa: token))
        session.output.note("deleted the bucket \(bucket)")
        try session.output.render(BucketNameResult(bucket))
    }
}
