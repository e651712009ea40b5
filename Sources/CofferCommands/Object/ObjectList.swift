import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectList: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List one page of current objects (ListObjectsV2).",
        discussion: """
            One page of at most 1000, as S3 gives it; `coffer ls` lists everything.

            $ coffer object list --bucket backups --prefix 2026/ --delimiter /
            $ coffer object list --bucket backups --json | jq -r '.Contents[].Key'

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup var listing: ListingOptions
    @Option(name: .long, help: "How many keys and prefixes, at most 1000.") var maxKeys: Int?
    @Option(name: .long, help: "Begin behind this key.") var startAfter: String?
    @Option(name: .long, help: ArgumentHelp("Go on behind the page whose NextContinuationToken this is.", valueName: "token"))
    var continuationToken: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> ListObjectsV2Request {
        var request = ListObjectsV2Request(
            bucket: try listing.bucket.parse(), scope: try listing.scope(maximum: maxKeys, in: session))
        request.startAfter = startAfter.map { Array($0.utf8) }
        if let continuationToken { request.continuationToken = try ContinuationToken(continuationToken) }
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.listObjectsV2(request(in: session))
        try session.output.render(answer(response))
        if let next = response.nextContinuationToken { session.output.note("there is more: --continuation-token \(next)") }
    }

    private func answer(_ response: ListObjectsV2Response) -> S3Answer {
        let names = listing.keyText
        let prefixes = response.commonPrefixes.map { names.text($0) }
        let rows =
            prefixes.map { ["-", "-", visible($0)] }
            + response.contents.map { [$0.lastModified.rfc3339, "\($0.size)", visible(names.text($0.key))] }
        return S3Answer(
            [
                "Name": .string(listing.bucket.bucket), "Prefix": .string(names.text(Array((listing.prefix ?? "").utf8))),
                "Delimiter": .text(listing.delimiter), "MaxKeys": .count(maxKeys ?? ListingScope.maximumKeys),
                "KeyCount": .count(response.keyCount), "IsTruncated": .bool(response.isTruncated),
                "EncodingType": .text(listing.encodingType?.rawValue), "StartAfter": .text(startAfter),
                "ContinuationToken": .text(continuationToken), "NextContinuationToken": .text(response.nextContinuationToken?.text),
                "CommonPrefixes": prefixes.isEmpty ? nil : .array(prefixes.map { .object(["Prefix": .string($0)]) }),
                "Contents": response.contents.isEmpty ? nil : .array(response.contents.map { .object(present: $0.members(names)) }),
            ], text: rows.isEmpty ? "" : TableOutput(header: ["LAST MODIFIED", "SIZE", "KEY"], rows: rows).text)
    }
}

extension ObjectEntry {
    /// `Object` of the S3 API.
    func members(_ names: KeyText = KeyText()) -> [String: JSONValue?] {
        [
            "Key": .string(names.text(key)), "LastModified": .string(lastModified.rfc3339), "ETag": .string(eTag.quoted),
            "Size": .size(size), "ChecksumAlgorithm": .array([.string(checksumAlgorithm.rawValue)]),
            "ChecksumType": .string(checksumType.rawValue),
        ]
    }
}
