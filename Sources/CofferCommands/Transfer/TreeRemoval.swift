import AccessControl
import ObjectStore

/// Deletes everything below a prefix, in batches as large as S3 takes them.
struct TreeRemoval: Sendable {
    let run: TransferRun
    let bucket: BucketName
    let prefix: [UInt8]
    /// Whether the one key alone is meant that is the prefix.
    let isExact: Bool
    let allVersions: Bool
    let bypassGovernanceRetention: Bool
    let codes: RemovalCodes

    func run() async throws {
        if allVersions { try await codes.explain(bucket, run.session) }
        let pages = ObjectPages(objects: run.objects, bucket: bucket, prefix: prefix)
        // A page has as many entries as a batch may have.
        if allVersions { try await pages.forEachVersionPage(remove) } else { try await pages.forEachPage(remove) }
    }

    private func remove(_ items: [ListedItem]) async throws {
        guard !run.isStopped else { throw ObjectStoreError(.cancelled) }
        let meant = isExact ? items.filter { $0.name == prefix } : items
        guard !meant.isEmpty else { return }
        var request = DeleteObjectsRequest(
            bucket: bucket,
            objects: try meant.map { item throws(ObjectStoreError) in
                DeleteObjectsRequest.Entry(key: try ObjectKey(item.name), versionID: item.versionID)
            })
        request.bypassGovernanceRetention = bypassGovernanceRetention
        if allVersions { request.mfa = try await codes.next(for: request.objects.map(\.key), in: bucket) }
        let response = try await run.objects.deleteObjects(request)
        for deleted in response.deleted { await run.report.done(Self.answer(deleted)) }
        for failure in response.errors { await run.failed(failure.name, failure.error) }
    }

    private static func answer(_ deleted: DeleteObjectsResponse.Deleted) -> S3Answer {
        S3Answer(deleted.members, text: "deleted \(visible(deleted.key.text))\(deleted.versionID.map { " version \($0)" } ?? "")\n")
    }
}

/// Gives a code for each batch that needs one: first the one of the command line, then those that somebody types.
actor RemovalCodes {
    private let objects: LocalObjectService
    private let session: Session
    private var mfa: MFAOption?

    init(_ mfa: MFAOption, _ objects: LocalObjectService, _ session: Session) {
        self.mfa = mfa
        self.objects = objects
        self.session = session
    }

    /// Says beforehand what will be asked.
    func explain(_ bucket: BucketName, _ session: Session) async throws {
        guard try await objects.needsCode(in: bucket) else { return }
        session.output.note(
            "MFA delete is on: each 1000 versions need a code, unless a session covers them (coffer mfa session --prefix \(bucket)/…)")
    }

    /// nil when none is needed.
    func next(for keys: [ObjectKey], in bucket: BucketName) async throws -> MFAToken? {
        let given = mfa
        mfa = nil
        if let given, let code = try given.given() { return MFAToken(code) }
        guard try await objects.needsCode(toDeleteVersionsOf: keys, in: bucket) else { return nil }
        return try await MFAOption.askedToken(for: objects, in: session)
    }
}
