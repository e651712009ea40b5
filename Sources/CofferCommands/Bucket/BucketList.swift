import ArgumentParser
import KeyStore
import ObjectStore

struct BucketList: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List all buckets.",
        discussion: """
            $ coffer bucket list
            $ coffer bucket list --prefix back --json | jq -r '.Buckets[].Name'

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @Option(name: .long, help: "Only names that begin so.") var prefix = ""
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on objects: LocalObjectService, in session: Session) async throws {
        var buckets: [BucketEntry] = []
        try await Listing.forEachBucket(prefix: prefix, in: objects) { buckets.append($0) }
        try render(buckets, in: session)
    }

    func runWithoutObjects(in session: Session) throws { try render([], in: session) }

    private func render(_ buckets: [BucketEntry], in session: Session) throws {
        if buckets.isEmpty, prefix.isEmpty { session.output.note("there are no buckets; `coffer bucket create NAME` makes one") }
        try session.output.render(BucketListResult(buckets: buckets.map(BucketListResult.Entry.init), prefix: prefix))
    }
}

extension Listing {
    /// Every bucket, page by page, in the order of the names.
    static func forEachBucket(
        prefix: String = "", in objects: some ObjectService, _ body: (BucketEntry) throws -> Void
    ) async throws {
        var request = ListBucketsRequest()
        request.prefix = prefix
        repeat {
            let page = try await objects.listBuckets(request)
            for bucket in page.buckets { try body(bucket) }
            request.continuationToken = page.continuationToken
        } while request.continuationToken != nil
    }
}

/// Output of ListBuckets.
private struct BucketListResult: CommandResult {
    struct Entry: Encodable {
        let bucketRegion: String
        let creationDate: String
        let name: String

        init(_ bucket: BucketEntry) {
            bucketRegion = bucket.bucketRegion
            creationDate = bucket.creationDate.rfc3339
            name = bucket.name.text
        }
    }

    let buckets: [Entry]
    let prefix: String

    var text: String { TableOutput(header: ["NAME", "CREATED"], rows: buckets.map { [$0.name, $0.creationDate] }).text }
}
