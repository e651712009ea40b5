import ArgumentParser
import ObjectStore

struct ObjectUploadCreate: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Begin an upload in parts and print its id (CreateMultipartUpload).",
        discussion: """
            $ coffer object upload create --bucket backups --key big.tar
            $ coffer object upload create --bucket backups --key big.tar \\
                --checksum-algorithm SHA256 --checksum-type COMPOSITE --json

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup(title: "What is said about it") var content: ContentOptions
    @OptionGroup(title: "What is said about it") var tagging: TaggingOption
    @Option(name: .long, help: "The checksum that is kept: CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.")
    var checksumAlgorithm: ChecksumAlgorithm?
    @Option(name: .long, help: "FULL_OBJECT or COMPOSITE.") var checksumType: ChecksumType?
    @OptionGroup(title: "Protection") var encryption: EncryptionOptions
    @OptionGroup(title: "Protection") var lock: LockOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> CreateMultipartUploadRequest {
        var request = CreateMultipartUploadRequest(bucket: try object.bucketName(), key: try object.objectKey(in: session))
        request.contentHeaders = try content.headers()
        request.metadata = try content.userMetadata()
        request.tagging = try tagging.parse() ?? .empty
        if checksumAlgorithm != nil || checksumType != nil {
            request.checksum = try MultipartChecksum(algorithm: checksumAlgorithm, type: checksumType)
        }
        request.ssekmsKeyID = encryption.keyName
        request.objectLockRetention = try lock.retention()
        request.objectLockLegalHoldStatus = lock.objectLockLegalHoldStatus
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.createMultipartUpload(request(in: session))
        let members = response.upload.members.with(response.checksum).sealed(under: response.ssekmsKeyID)
        try session.output.render(S3Answer(members, text: "\(response.upload.uploadID)\n"))
    }
}
