import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectUploadList: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List one page of unfinished uploads (ListMultipartUploads).",
        discussion: """
            $ coffer object upload list --bucket backups

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup var listing: ListingOptions
    @Option(name: .long, help: "How many uploads and prefixes, at most 1000.") var maxUploads: Int?
    @Option(name: .long, help: "Begin behind this key, or with --upload-id-marker behind an upload of it.") var keyMarker: String?
    @Option(name: .long, help: "Begin behind this upload of --key-marker.") var uploadIdMarker: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        // S3 ignores it then.
        guard uploadIdMarker == nil || keyMarker != nil else { throw ValidationError("--upload-id-marker needs --key-marker") }
    }

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> ListMultipartUploadsRequest {
        var request = ListMultipartUploadsRequest(
            bucket: try listing.bucket.parse(), scope: try listing.scope(maximum: maxUploads, in: session))
        request.keyMarker = keyMarker.map { Array($0.utf8) }
        if let uploadIdMarker { request.uploadIDMarker = try UploadID(uploadIdMarker) }
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.listMultipartUploads(request(in: session))
        try session.output.render(answer(response))
        if let key = response.nextKeyMarker {
            let upload = response.nextUploadIDMarker.map { " --upload-id-marker \($0)" } ?? ""
            session.output.note(visible("there is more: --key-marker '\(listing.keyText.text(key))'\(upload)"))
        }
    }

    private func answer(_ response: ListMultipartUploadsResponse) -> S3Answer {
        let names = listing.keyText
        let prefixes = response.commonPrefixes.map { names.text($0) }
        let uploads = response.uploads.map { upload -> JSONValue in
            .object(
                present: [
                    "Key": .string(names.text(upload.key)), "UploadId": .string(upload.uploadID.text),
                    "Initiated": .string(upload.initiated.rfc3339),
                ].with(upload.checksum))
        }
        let rows =
            prefixes.map { ["-", "-", visible($0)] }
            + response.uploads.map { [$0.initiated.rfc3339, $0.uploadID.text, visible(names.text($0.key))] }
        return S3Answer(
            [
                "Bucket": .string(listing.bucket.bucket), "Prefix": .string(names.text(Array((listing.prefix ?? "").utf8))),
                "Delimiter": .text(listing.delimiter), "MaxUploads": .count(maxUploads ?? ListingScope.maximumKeys),
                "IsTruncated": .bool(response.isTruncated), "EncodingType": .text(listing.encodingType?.rawValue),
                "KeyMarker": .text(keyMarker), "UploadIdMarker": .text(uploadIdMarker),
                "NextKeyMarker": .text(response.nextKeyMarker.map { names.text($0) }),
                "NextUploadIdMarker": .text(response.nextUploadIDMarker?.text),
                "CommonPrefixes": prefixes.isEmpty ? nil : .array(prefixes.map { .object(["Prefix": .string($0)]) }),
                "Uploads": uploads.isEmpty ? nil : .array(uploads),
            ], text: rows.isEmpty ? "" : TableOutput(header: ["INITIATED", "UPLOAD ID", "KEY"], rows: rows).text)
    }
}
