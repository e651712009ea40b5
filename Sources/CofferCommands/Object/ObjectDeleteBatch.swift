import ArgumentParser
import ObjectStore

struct ObjectDeleteBatch: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-batch", abstract: "Delete up to 1000 objects or versions (DeleteObjects).",
        discussion: """
            The batch is JSON as `aws s3api delete-objects --delete` takes it. One code is
            enough for all of its versions. Those that cannot be deleted are listed, and
            give the exit status.

            $ coffer object delete-batch --bucket backups --delete batch.json
            $ coffer object delete-batch --bucket backups \\
                --delete '{"Objects":[{"Key":"a.tar","VersionId":"3f2a…"}]}'

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketOption
    @Option(name: .long, help: JSONArgument.help("What to delete")) var delete: JSONArgument
    @OptionGroup var bypass: BypassOption
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws { _ = try bucket.parse() }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        var request = try DeleteBatchDocument.parse(delete.read(in: session.context, option: "--delete"), in: bucket.parse())
        request.bypassGovernanceRetention = bypass.bypassGovernanceRetention
        let keys = request.objects.filter { $0.versionID != nil }.map(\.key)
        let isNeeded = try await keys.isEmpty ? false : objects.needsCode(toDeleteVersionsOf: keys, in: request.bucket)
        request.mfa = try await mfa.token(if: isNeeded, for: objects, in: session)
        let response = try await objects.deleteObjects(request)
        try session.output.render(DeleteBatchDocument.answer(response))
        try DeleteBatchDocument.requireNoErrors(response, of: request.objects.count)
    }
}

/// `Delete` of the S3 API, and the answer to it.
enum DeleteBatchDocument {
    static func parse(_ document: JSONDocument, in bucket: BucketName) throws -> DeleteObjectsRequest {
        var members = try document.members()
        let entries = try members.required(members.array("Objects"), "Objects")
        var request = DeleteObjectsRequest(bucket: bucket, objects: try entries.map(entry))
        request.quiet = try members.bool("Quiet") ?? false
        try members.requireEnd()
        return request
    }

    private static func entry(_ entry: JSONMembers) throws -> DeleteObjectsRequest.Entry {
        var members = entry
        let key = try ObjectKey(members.required(members.string("Key"), "Key"))
        let version = try members.string("VersionId").map { text throws(ObjectStoreError) in try VersionID(text) }
        let tag = try members.string("ETag").map { text throws(ObjectStoreError) in try ETagCondition(text) }
        try members.requireEnd()
        return DeleteObjectsRequest.Entry(key: key, versionID: version, eTag: tag)
    }

    static func answer(_ response: DeleteObjectsResponse) -> S3Answer {
        let lines = response.deleted.map { "deleted \(visible($0.key.text))\($0.versionID.map { " version \($0)" } ?? "")\n" }
        return S3Answer(
            [
                "Deleted": response.deleted.isEmpty ? nil : .array(response.deleted.map { .object(present: $0.members) }),
                "Errors": response.errors.isEmpty ? nil : .array(response.errors.map { .object(present: $0.members) }),
            ], text: lines.joined())
    }

    /// - Throws: what kept some of the objects from being deleted.
    static func requireNoErrors(_ response: DeleteObjectsResponse, of count: Int) throws {
        let failures = response.errors.map { NamedFailure($0.name, $0.error).failure }
        guard let worst = failures.max(by: { $0.status.severity < $1.status.severity }) else { return }
        throw FilesFailed(failedCount: failures.count, count: count, worst: worst, noun: "objects")
    }
}

extension DeleteObjectsResponse.Deleted {
    var members: [String: JSONValue?] {
        [
            "Key": .string(key.text), "VersionId": .text(versionID?.text), "DeleteMarker": deleteMarker ? .bool(true) : nil,
            "DeleteMarkerVersionId": .text(deleteMarkerVersionID?.text),
        ]
    }
}

extension DeleteObjectsResponse.Failure {
    var members: [String: JSONValue?] {
        [
            "Key": .string(key.text), "VersionId": .text(versionID?.text), "Code": .string(error.code.rawValue),
            "Message": .string(error.message),
        ]
    }

    /// For people.
    var name: String { key.text + (versionID.map { " version \($0)" } ?? "") }
}
