import ArgumentParser
import ObjectStore

struct ObjectMetadata: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "metadata", abstract: "Replace what is said about an object (CopyObject onto itself).",
        discussion: """
            All of it is replaced: what is not given is gone. Where there are versions the
            object with the new metadata is a new one. Its bytes are neither read nor
            encrypted anew.

            $ coffer object metadata --bucket backups --key a.tar \\
                --content-type application/x-tar --metadata host=db1

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @OptionGroup(title: "What is said about it") var content: ContentOptions
    @OptionGroup(title: "Conditions") var conditions: WriteConditionOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> CopyObjectRequest {
        let source = try object.reference(version, in: session)
        var request = CopyObjectRequest(copySource: source, bucket: source.bucket, key: source.key)
        request.metadataDirective = .replace(try content.headers(), try content.userMetadata())
        request.conditions = try conditions.parse()
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(objects.copyObject(request(in: session)).answer)
    }
}
