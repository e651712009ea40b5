import ArgumentParser
import ObjectStore

struct ObjectLegalHoldGet: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show whether a version is under legal hold (GetObjectLegalHold).",
        discussion: """
            $ coffer object legal-hold get --bucket evidence --key a.tar

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try object.reference(version, in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let status = try await objects.getObjectLegalHold(object.reference(version, in: session)).rawValue
        try session.output.render(S3Answer(["LegalHold": .object(["Status": .string(status)])], text: status + "\n"))
    }
}
