import ArgumentParser
import ObjectStore

struct ObjectHead: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Tell what is known of an object without reading it (HeadObject).",
        discussion: """
            $ coffer object head --bucket backups --key a.tar
            $ coffer object head --bucket backups --key a --checksum-mode ENABLED --json

            \(ExitStatus.help)
            """)

    @OptionGroup var get: GetOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try get.request(in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(objects.headObject(get.request(in: session)).answer(isPart: get.isPart))
    }
}
