import ArgumentParser
import ObjectStore

/// `coffer bucket mfa-delete`: whether what is deleted for good needs a second factor.
struct BucketMFADeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mfa-delete", abstract: "Ask for a code before a version is deleted for good.",
        discussion: """
            Then these need a code: deleting a version or a delete marker, every change of
            versioning, deleting the bucket, weakening its retention or its lifecycle, and
            scheduling the deletion of a key that its objects are sealed under.

            $ coffer mfa enroll --name phone
            $ coffer bucket mfa-delete enable backups        asks for a code
            $ coffer bucket mfa-delete disable backups       asks for a code

            \(ExitStatus.help)
            """,
        subcommands: [BucketMFADeleteEnable.self, BucketMFADeleteDisable.self])
}

/// S3 sets both elements with one request: the status stays as it is.
enum BucketMFADeleteChange {
    static func put(
        _ status: MFADeleteStatus, to bucket: BucketName, _ mfa: MFAOption, on objects: LocalObjectService, in session: Session
    ) async throws {
        var configuration = try await objects.getBucketVersioning(bucket)
        guard configuration.status != .unversioned else {
            throw CommandError(
                .versioningNeeded, "the bucket \(bucket) keeps no versions that a code could protect",
                hint: "run `coffer bucket versioning enable \(bucket)` first")
        }
        configuration.mfaDelete = status
        try await BucketVersioningChange.put(configuration, to: bucket, mfa, isCodeNeeded: true, on: objects, in: session)
    }
}
