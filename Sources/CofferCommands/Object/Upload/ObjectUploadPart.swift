import ArgumentParser
import ObjectStore

struct ObjectUploadPart: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "part", abstract: "Upload one part and print its ETag (UploadPart).",
        discussion: """
            Every part but the last has at least 5 MiB. Parts may come in any order, and
            several at a time.

            $ coffer object upload part --bucket backups --key big.tar --upload-id 7c1e… \\
                --part-number 1 --body part1

            \(ExitStatus.help)
            """)

    @OptionGroup var upload: UploadOptions
    @Option(name: .long, help: "1 to 10000.") var partNumber: Int
    @OptionGroup var body: BodyOption
    @OptionGroup(title: "Checksum") var checksum: ChecksumOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(BytesBody([]), in: session) }

    private func request(_ body: any ObjectBody, in session: Session) throws -> UploadPartRequest {
        try PartRules.checkNumber(partNumber)
        var request = UploadPartRequest(upload: try upload.reference(in: session), partNumber: partNumber, body: body)
        let given = try checksum.values.parse()
        if checksum.checksumAlgorithm != nil || !given.isEmpty { request.checksum = try checksum.parse() }
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let progress = try ObjectProgress(
            "storing", of: body.open(in: session), as: "\(upload.object.key) part \(partNumber)", options.output, in: session)
        defer { progress.clear() }
        let response = try await objects.uploadPart(request(progress.body, in: session))
        progress.clear()
        try session.output.render(response.answer)
    }
}

extension UploadPartResponse {
    /// Output of UploadPart.
    fileprivate var answer: S3Answer {
        var members: [String: JSONValue?] = [
            "ETag": .string(eTag.quoted), "ServerSideEncryption": .string(ServerSideEncryption.awsKMS.rawValue),
        ]
        members["Checksum\(checksum.algorithm.rawValue)"] = .string(checksum.text)
        return S3Answer(members, text: "\(eTag)\n")
    }
}
