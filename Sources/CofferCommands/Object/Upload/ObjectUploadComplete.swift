import ArgumentParser
import ObjectStore

struct ObjectUploadComplete: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Make the object of its parts (CompleteMultipartUpload).",
        discussion: """
            Parts are JSON as `aws s3api complete-multipart-upload --multipart-upload`
            takes them, in ascending order; those that are not listed are dropped.

            $ coffer object upload complete --bucket backups --key big.tar \\
                --upload-id 7c1e… --multipart-upload parts.json
            $ coffer object upload complete --bucket backups --key big.tar \\
                --upload-id 7c1e… --multipart-upload \\
                '{"Parts":[{"PartNumber":1,"ETag":"9b2c…"}]}' --if-none-match '*'

            \(ExitStatus.help)
            """)

    @OptionGroup var upload: UploadOptions
    @Option(name: .long, help: JSONArgument.help("The parts")) var multipartUpload: JSONArgument
    @Option(name: .long, help: "How many bytes the object has to have.") var mpuObjectSize: UInt64?
    @Option(name: .long, help: "FULL_OBJECT or COMPOSITE, as the upload was begun.") var checksumType: ChecksumType?
    @OptionGroup(title: "Checksum") var checksum: ChecksumValueOptions
    @OptionGroup(title: "Conditions") var conditions: WriteConditionOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try (upload.reference(in: session), conditions.parse(), expectedChecksum()) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let reference = try upload.reference(in: session)
        let parts = try CompletedPartsDocument.parse(multipartUpload.read(in: session.context, option: "--multipart-upload"))
        if let checksumType { try await requireType(checksumType, of: reference, objects) }
        var request = CompleteMultipartUploadRequest(upload: reference, parts: parts)
        request.conditions = try conditions.parse()
        request.checksum = try expectedChecksum()
        request.mpuObjectSize = mpuObjectSize
        let response = try await objects.completeMultipartUpload(request)
        let members: [String: JSONValue?] = [
            "Bucket": .string(reference.bucket.text), "Key": .string(reference.key.text), "ETag": .string(response.eTag.quoted),
            "VersionId": .text(response.versionID?.text),
        ]
        try session.output.render(S3Answer(members.with(response.checksum).sealed(under: response.ssekmsKeyID)))
    }

    private func expectedChecksum() throws(ObjectStoreError) -> Checksum? {
        let given = try checksum.parse()
        guard given.count <= 1 else {
            throw ObjectStoreError(
                .invalidRequest, "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        }
        return given.first
    }

    /// S3 takes the type again, to refuse a request that means another one.
    private func requireType(
        _ type: ChecksumType, of upload: UploadReference, _ objects: LocalObjectService
    ) async throws(ObjectStoreError) {
        var request = ListPartsRequest(upload: upload)
        request.maxParts = 0
        guard try await objects.listParts(request).checksum.type == type else {
            throw ObjectStoreError(.invalidRequest, "The upload was created with another checksum type than \(type.rawValue).")
        }
    }
}

/// `CompletedMultipartUpload` of the S3 API.
enum CompletedPartsDocument {
    static func parse(_ document: JSONDocument) throws -> [CompletedPart] {
        var members = try document.members()
        let parts = try members.required(members.array("Parts"), "Parts").map(part)
        try members.requireEnd()
        return parts
    }

    private static func part(_ entry: JSONMembers) throws -> CompletedPart {
        var members = entry
        let number = try members.required(members.integer("PartNumber"), "PartNumber")
        let eTag = try ETag(members.required(members.string("ETag"), "ETag"))
        var checksums: [Checksum] = []
        for algorithm in ChecksumAlgorithm.allCases {
            guard let text = try members.string("Checksum\(algorithm.rawValue)") else { continue }
            checksums.append(try Checksum(algorithm, text: text))
        }
        try members.requireEnd()
        guard checksums.count <= 1 else { throw CommandError(.malformedInput, "part \(number) has more than one checksum") }
        return CompletedPart(partNumber: number, eTag: eTag, checksum: checksums.first)
    }
}
