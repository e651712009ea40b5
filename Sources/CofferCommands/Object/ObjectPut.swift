import ArgumentParser
import ObjectStore

struct ObjectPut: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Store an object (PutObject).",
        discussion: """
            It is durable when this returns. Without a checksum of yours CRC64NVME is kept.

            $ coffer object put --bucket backups --key a.tar --body a.tar \\
                --metadata host=db1,purpose=nightly --tagging 'tier=gold'
            $ pg_dump app | coffer object put --bucket backups --key app.sql --body -
            $ coffer object put --bucket locks --key leader --body me --if-none-match '*'

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var body: BodyOption
    @OptionGroup(title: "What is said about it") var content: ContentOptions
    @OptionGroup(title: "What is said about it") var tagging: TaggingOption
    @OptionGroup(title: "Checksum") var checksum: ChecksumOptions
    @OptionGroup(title: "Conditions") var conditions: WriteConditionOptions
    @OptionGroup(title: "Protection") var encryption: EncryptionOptions
    @OptionGroup(title: "Protection") var lock: LockOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(BytesBody([]), in: session) }

    private func request(_ body: any ObjectBody, in session: Session) throws -> PutObjectRequest {
        var request = PutObjectRequest(bucket: try object.bucketName(), key: try object.objectKey(in: session), body: body)
        request.contentHeaders = try content.headers()
        request.metadata = try content.userMetadata()
        request.tagging = try tagging.parse() ?? .empty
        request.checksum = try checksum.parse()
        request.conditions = try conditions.parse()
        request.ssekmsKeyID = encryption.keyName
        request.objectLockRetention = try lock.retention()
        request.objectLockLegalHoldStatus = lock.objectLockLegalHoldStatus
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let progress = try ObjectProgress("storing", of: body.open(in: session), as: object.key, options.output, in: session)
        defer { progress.clear() }
        let response = try await objects.putObject(request(progress.body, in: session))
        progress.clear()
        try session.output.render(response.answer)
    }
}

/// Shows how far one body is.
struct ObjectProgress {
    let body: WatchedBody
    private let progress: Progress

    init(_ verb: String, of body: any ObjectBody, as name: String, _ options: OutputOptions, in session: Session) {
        progress = Progress(verb, Workload(fileCount: 1, byteCount: body.byteCount), options: options, in: session.context)
        self.body = WatchedBody(body, progress.begin(visible(name), byteCount: body.byteCount))
    }

    func clear() { progress.clear() }
}
