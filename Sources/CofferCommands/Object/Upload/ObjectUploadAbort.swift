import ArgumentParser
import ObjectStore

struct ObjectUploadAbort: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort", abstract: "Drop an upload and its parts (AbortMultipartUpload).",
        discussion: """
            $ coffer object upload abort --bucket backups --key big.tar --upload-id 7c1e…

            \(ExitStatus.help)
            """)

    @OptionGroup var upload: UploadOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try upload.reference(in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let reference = try upload.reference(in: session)
        try await objects.abortMultipartUpload(reference)
        try session.output.render(S3Answer(reference.members))
    }
}
