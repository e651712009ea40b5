import ArgumentParser
import ObjectStore

struct StoreRewrap: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap", abstract: "Seal objects under another key, or the newest version of theirs.",
        discussion: """
            Only headers change: no payload is read or encrypted anew. A run that was
            stopped is done again; what is done stays done. Whoever kept an old header and
            the old key can still open it: rewrapping is not revoking. Objects that could
            not be rewrapped are listed; the exit status is then 1, or 5 for damaged ones.

            $ coffer key rotate backups
            $ coffer store rewrap backups
            $ coffer store rewrap --all --to-key backups-2027

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The bucket.", valueName: "bucket"), completion: WordCompletion.bucket) var bucket: String?
    @Flag(name: .long, help: "All buckets.") var all = false
    @Option(name: .long, help: ArgumentHelp("Under this key; without it, the newest version of the key that each has.", valueName: "key"))
    var toKey: KeyReference?
    @Flag(name: .long, help: "Only tell what would be done.") var dryRun = false
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
        let display = CareProgress("rewrapping", name, options.output, in: session)
        defer { display.clear() }
        var request = StoreRewrapRequest(bucket: try bucketName(), keyID: toKey?.serviceName)
        request.dryRun = dryRun
        let summary = try await objects.rewrap(request) { display.show(count: $0.doneCount, of: $0.totalCount) }
        display.clear()
        try session.output.render(summary.answer(isDryRun: dryRun))
        try requireNoFailure(summary, in: session)
    }

    /// Lists what was not rewrapped.
    private func requireNoFailure(_ summary: StoreRewrapSummary, in session: Session) throws {
        guard !summary.failures.isEmpty else { return }
        let failures = summary.failures.map { Failure($0.error) }
        if !session.output.wantsJSON {
            for failure in failures { session.output.fail(failure.withoutHint) }
        }
        throw FindingsReported(
            status: failures.contains { $0.status == .damaged } ? .damaged : .negative, code: "ObjectsNotRewrapped",
            message: "\(failures.count) of \(summary.rewrapped + summary.unchanged + failures.count) objects were not rewrapped",
            hint: failures.lazy.compactMap(\.hint).first)
    }
}

extension StoreRewrapSummary {
    fileprivate func answer(isDryRun: Bool) -> S3Answer {
        let failures = failures.map { failure in
            JSONValue.object(["Code": .string(failure.error.code.rawValue), "Message": .string(failure.error.message)])
        }
        return S3Answer(
            [
                "RewrappedCount": .count(rewrapped), "UnchangedCount": .count(unchanged), "Failures": .array(failures),
                "DryRun": isDryRun ? .bool(true) : nil,
            ], text: "\(isDryRun ? "would be: " : "")\(rewrapped) rewrapped, \(unchanged) unchanged\n")
    }
}
