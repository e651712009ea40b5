import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectUploadParts: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "parts", abstract: "List one page of the parts of an upload (ListParts).",
        discussion: """
            $ coffer object upload parts --bucket backups --key big.tar --upload-id 7c1e…

            \(ExitStatus.help)
            """)

    @OptionGroup var upload: UploadOptions
    @Option(name: .long, help: "How many, at most 1000.") var maxParts: Int?
    @Option(name: .long, help: "Only parts behind this number.") var partNumberMarker: Int?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try upload.reference(in: session) }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let reference = try upload.reference(in: session)
        var request = ListPartsRequest(upload: reference)
        request.maxParts = maxParts
        request.partNumberMarker = partNumberMarker
        let response = try await objects.listParts(request)
        try session.output.render(answer(response, reference))
        if let next = response.nextPartNumberMarker { session.output.note("there is more: --part-number-marker \(next)") }
    }

    private func answer(_ response: ListPartsResponse, _ reference: UploadReference) -> S3Answer {
        let parts = response.parts.map { part -> JSONValue in
            .object([
                "PartNumber": .integer(Int64(part.partNumber)), "LastModified": .string(part.lastModified.rfc3339),
                "ETag": .string(part.eTag.quoted), "Size": .integer(Int64(clamping: part.size)),
                "Checksum\(part.checksum.algorithm.rawValue)": .string(part.checksum.text),
            ])
        }
        let members: [String: JSONValue?] = [
            "MaxParts": .count(maxParts ?? ListPartsRequest.maximumParts), "IsTruncated": .bool(response.isTruncated),
            "PartNumberMarker": .count(partNumberMarker), "NextPartNumberMarker": .count(response.nextPartNumberMarker),
            "Parts": parts.isEmpty ? nil : .array(parts),
        ]
        let rows = response.parts.map {
            ["\($0.partNumber)", "\($0.size)", $0.lastModified.rfc3339, $0.eTag.text, $0.checksum.description]
        }
        return S3Answer(
            reference.members.merging(members) { $1 }.with(response.checksum),
            text: rows.isEmpty ? "" : TableOutput(header: ["PART", "SIZE", "UPLOADED", "ETAG", "CHECKSUM"], rows: rows).text)
    }
}
