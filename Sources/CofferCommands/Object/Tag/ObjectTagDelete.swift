import ArgumentParser
import ObjectStore

struct ObjectTagDelete: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Remove all tags of an object (DeleteObjectTagging).",
        discussion: """
            $ coffer object tag delete --bucket backups --key a.tar

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try object.reference(version, in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.deleteObjectTagging(object.reference(version, in: session))
        try session.output.render(S3Answer(["VersionId": .text(response.versionID?.text)]))
    }
}
