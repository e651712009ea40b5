import ArgumentParser
import ObjectStore
import SystemPackage

struct ObjectExport: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Hand out an object as the sealed age file that it is.",
        discussion: """
            Nothing is decrypted. `coffer decrypt` opens it with the store, `age` with the
            recovery identity (`coffer store recovery`) and without any store.

            $ coffer object export --bucket backups --key a.tar a.tar.age
            $ age -d -i recovery.txt a.tar.age > a.tar

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Argument(help: ArgumentHelp("The file to write; stdout if it is - or left out.", valueName: "file"), completion: .file())
    var outfile: String?
    @Option(name: .shortAndLong, help: ArgumentHelp("The same, as an option.", valueName: "file"), completion: .file())
    var output: String?
    @Flag(name: .shortAndLong, help: "Replace an existing file.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try (object.reference(version, in: session), destination(in: session)) }

    private func destination(in session: Session) throws -> BodyDestination {
        try BodyDestination(outfile, output, overwrite: force, options.output, in: session)
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let body = try await objects.exportObject(object.reference(version, in: session))
        let progress = ObjectProgress("exporting", of: body, as: object.key, options.output, in: session)
        defer { progress.clear() }
        let destination = try destination(in: session)
        let count = try await destination.write(progress.body, in: session)
        progress.clear()
        guard let path = destination.path else { return }
        try session.output.render(
            S3Answer([
                "Bucket": .string(object.bucket), "Key": .string(object.key), "Output": .string(path.string), "ByteCount": .size(count),
            ]))
    }
}
