import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectUploadPartCopy: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "part-copy", abstract: "Make a part of bytes of another object (UploadPartCopy).",
        discussion: """
            $ coffer object upload part-copy --bucket backups --key big.tar \\
                --upload-id 7c1e… --part-number 2 --copy-source backups/old.tar \\
                --copy-source-range bytes=0-10485759

            \(ExitStatus.help)
            """)

    @OptionGroup var upload: UploadOptions
    @Option(name: .long, help: "1 to 10000.") var partNumber: Int
    @OptionGroup var source: CopySourceOption
    @Option(name: .long, help: ArgumentHelp("Only these bytes of the source: bytes=0-499.", valueName: "range")) var copySourceRange:
        String?
    @OptionGroup(title: "Conditions") var sourceConditions: CopySourceConditionOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> UploadPartCopyRequest {
        try PartRules.checkNumber(partNumber)
        var request = UploadPartCopyRequest(
            upload: try upload.reference(in: session), partNumber: partNumber, copySource: try source.parse(in: session))
        request.copySourceRange = try copySourceRange.map { try RangeArgument.parse($0, option: "--copy-source-range") }
        request.sourceConditions = try sourceConditions.parse()
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(objects.uploadPartCopy(request(in: session)).copyAnswer)
    }
}

extension UploadPartResponse {
    /// Output of UploadPartCopy.
    fileprivate var copyAnswer: S3Answer {
        var result: [String: JSONValue?] = ["ETag": .string(eTag.quoted), "LastModified": .string(lastModified.rfc3339)]
        result["Checksum\(checksum.algorithm.rawValue)"] = .string(checksum.text)
        return S3Answer(
            [
                "CopyPartResult": .object(present: result), "CopySourceVersionId": .text(copySourceVersionID?.text),
                "ServerSideEncryption": .string(ServerSideEncryption.awsKMS.rawValue),
            ], text: "\(eTag)\n")
    }
}
