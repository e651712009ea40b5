import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectRetentionGet: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show the retention of a version (GetObjectRetention).",
        discussion: """
            $ coffer object retention get --bucket evidence --key a.tar

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try object.reference(version, in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let retention = try await objects.getObjectRetention(object.reference(version, in: session))
        let (mode, date) = (retention.mode.rawValue, retention.retainUntilDate.rfc3339)
        try session.output.render(
            S3Answer(
                ["Retention": .object(["Mode": .string(mode), "RetainUntilDate": .string(date)])], text: "\(mode) until \(date)\n"))
    }
}
