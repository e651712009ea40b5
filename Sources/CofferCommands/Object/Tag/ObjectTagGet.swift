import ArgumentParser
import ObjectStore

struct ObjectTagGet: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "List the tags of an object (GetObjectTagging).",
        discussion: """
            $ coffer object tag get --bucket backups --key a.tar

            \(ExitStatus.help)
            """,
        aliases: ["list"])

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try object.reference(version, in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(objects.getObjectTagging(object.reference(version, in: session)).result)
    }
}
