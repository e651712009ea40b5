import ArgumentParser
import ObjectStore

struct ObjectLegalHoldPut: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Put a version under legal hold, or lift it (PutObjectLegalHold).",
        discussion: """
            $ coffer object legal-hold put --bucket evidence --key a.tar --status on

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Option(name: .long, help: "ON or OFF.") var status: LegalHoldStatus
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try object.reference(version, in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await objects.putObjectLegalHold(object.reference(version, in: session), status)
        try session.output.render(S3Answer(["Bucket": .string(object.bucket), "Key": .string(object.key)]))
    }
}
