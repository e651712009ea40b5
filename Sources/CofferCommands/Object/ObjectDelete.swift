import ArgumentParser
import ObjectStore

struct ObjectDelete: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an object, or a version for good (DeleteObject).",
        discussion: """
            Where there are versions, without --version-id a delete marker is put on top
            and nothing is lost. With it the version, or the delete marker, is gone; while
            MFA delete is on, that needs a code, or a session (`coffer mfa session`).

            $ coffer object delete --bucket backups --key a.tar
            $ coffer object delete --bucket backups --key a.tar --version-id 3f2a… \\
                --mfa 'phone 123456'

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Option(name: .long, help: ArgumentHelp("Only if this is the ETag of the current version.", valueName: "etag")) var ifMatch: String?
    @OptionGroup var bypass: BypassOption
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> DeleteObjectRequest {
        var request = DeleteObjectRequest(try object.reference(version, in: session))
        request.ifMatch = try ConditionArguments.tags(ifMatch)
        request.bypassGovernanceRetention = bypass.bypassGovernanceRetention
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        var request = try request(in: session)
        let isNeeded =
            try await request.object.versionID == nil
            ? false : objects.needsCode(toDeleteVersionsOf: [request.object.key], in: request.object.bucket)
        request.mfa = try await mfa.token(if: isNeeded, for: objects, in: session)
        try await session.output.render(S3Answer(objects.deleteObject(request).members))
    }
}
