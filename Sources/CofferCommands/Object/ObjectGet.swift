import ArgumentParser
import ObjectStore

struct ObjectGet: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Read an object (GetObject).",
        discussion: """
            A file appears only when all of it was found authentic. A pipe gets authentic
            bytes only, but gets them before the end is seen: mind the exit status.

            $ coffer object get --bucket backups --key a.tar a.tar --json
            $ coffer object get --bucket backups --key a.tar --version-id 3f2a… | tar t
            $ coffer object get --bucket backups --key a.tar --range bytes=0-511 head

            \(ExitStatus.help)
            """)

    @OptionGroup var get: GetOptions
    @Argument(help: ArgumentHelp("The file to write; stdout if it is - or left out.", valueName: "file"), completion: .file())
    var outfile: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("The same, as an option.", valueName: "file"), completion: .file())
    var output: String?
    @Flag(name: .shortAndLong, help: "Replace an existing file.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try (get.request(in: session), destination(in: session)) }

    private func destination(in session: Session) throws -> BodyDestination {
        try BodyDestination(outfile, output, overwrite: force, options.output, in: session)
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.getObject(get.request(in: session))
        let progress = ObjectProgress("reading", of: response.body, as: get.object.key, options.output, in: session)
        defer { progress.clear() }
        try await destination(in: session).write(progress.body, in: session)
        progress.clear()
        if options.output.json { try session.output.render(response.description.answer(isPart: get.isPart)) }
    }
}
