import ArgumentParser
import ObjectStore

struct StoreRewrap: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap", abstract: "Seal objects under another key, or the newest version of theirs.",
        discussion: """
            Only headers change: no payload is read or encrypted anew. A run that was
            stopped is done again; what is done stays done. Whoever kept an old header and
            the old key can still open it: rewrapping is not revoking.

            $ coffer key rotate backups
            $ coffer store rewrap backups
            $ coffer store rewrap --all --to-key backups-2027

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The bucket.", valueName: "bucket")) var bucket: String?
    @Flag(name: .long, help: "All buckets.") var all = false
    @Option(name: .long, help: ArgumentHelp("Under this key; without it, the newest version of the key that each has.", valueName: "key"))
    var toKey: KeyReference?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard all == (bucket == nil) else { throw ValidationError("name a bucket, or give --all") }
    }

    func check(in session: Session) throws { _ = try bucketName() }

    private func bucketName() throws(ObjectStoreError) -> BucketName? {
        guard let bucket else { return nil }
        return try BucketName(bucket)
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        session.context.interruption.allowGrace()
        let name = bucket ?? "all buckets"
        let display = CareProgress("rewrapping", options.output, in: session)
        defer { display.clear() }
        let request = StoreRewrapRequest(bucket: try bucketName(), toKeyID: toKey?.serviceName)
        let summary = try await objects.rewrap(request) { display.show(name, UInt64($0.doneCount), of: UInt64($0.totalCount)) }
        display.clear()
        try session.output.render(
            S3Answer(
                [
                    "RewrappedCount": .count(summary.rewrapped), "CurrentCount": .count(summary.current),
                    "FailedCount": .count(summary.failed),
                ], text: "\(summary.rewrapped) rewrapped, \(summary.current) current\n"))
    }
}
