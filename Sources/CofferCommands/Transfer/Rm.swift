import ArgumentParser
import ObjectStore

struct Rm: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Delete objects, or versions for good.",
        discussion: """
            Where there are versions, a delete marker hides the object and nothing is lost:
            `coffer restore` brings it back. With --version-id or --all-versions it is gone
            for good; while MFA delete is on, that needs a code: one for each 1000
            versions, or a session (`coffer mfa session`). With --recursive everything is
            meant whose key begins so: end it in a slash to mean a folder.

            $ coffer rm coffer://backups/2026/a.tar
            $ coffer rm --version-id 3f2a… coffer://backups/2026/a.tar
            $ coffer rm --recursive coffer://backups/2025/
            $ coffer rm --recursive --all-versions coffer://scratch

            \(ExitStatus.help)
            """)

    @Argument(
        help: ArgumentHelp("coffer://BUCKET/KEY, or with --recursive its beginning.", valueName: "url"), completion: WordCompletion.url)
    var url: String
    @Option(name: .long, help: "Delete this version, or delete marker, for good.") var versionId: String?
    @Flag(name: .shortAndLong, help: "All objects whose keys begin so.") var recursive = false
    @Flag(name: .long, help: "All versions and delete markers, for good.") var allVersions = false
    @OptionGroup var bypass: BypassOption
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard versionId == nil || (!recursive && !allVersions) else {
            throw ValidationError("--version-id goes with neither --recursive nor --all-versions")
        }
    }

    func check(in session: Session) throws {
        let location = try ObjectURL(url, in: session)
        if !recursive { _ = try location.object() }
        if let versionId { _ = try VersionID(versionId) }
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let location = try ObjectURL(url, in: session)
        guard recursive || allVersions else { return try await removeOne(location, objects, session) }
        let run = TransferRun(
            "deleting", noun: "objects", Workload(fileCount: 0, byteCount: nil), objects, options.output, in: session)
        defer { run.progress.clear() }
        let removal = TreeRemoval(
            run: run, bucket: location.bucket, prefix: location.path, isExact: !recursive, allVersions: allVersions,
            bypassGovernanceRetention: bypass.bypassGovernanceRetention, codes: RemovalCodes(mfa, objects, session))
        do {
            try await removal.run()
        } catch {
            throw run.reason(error)
        }
        try await run.finish()
        let done = await run.report.doneCount
        session.output.note("\(done) \(allVersions ? "deleted for good" : "deleted")")
        if done == 0 { session.output.warn("there was nothing to delete at \(visible(url))") }
    }

    private func removeOne(_ location: ObjectURL, _ objects: LocalObjectService, _ session: Session) async throws {
        var object = try location.object()
        if let versionId { object.versionID = try VersionID(versionId) }
        var request = DeleteObjectRequest(object)
        request.bypassGovernanceRetention = bypass.bypassGovernanceRetention
        if object.versionID != nil { try await requirePresent(object, objects) }
        let isNeeded = try await object.versionID == nil ? false : objects.needsCode(toDeleteVersionsOf: [object.key], in: object.bucket)
        request.mfa = try await mfa.token(if: isNeeded, for: objects, in: session)
        let response = try await objects.deleteObject(request)
        if object.versionID == nil, let marker = response.versionID, response.deleteMarker {
            session.output.note("a delete marker (version \(marker)) hides what is there; no version was deleted")
        }
        try session.output.render(
            S3Answer(response.members.merging(["Bucket": .string(object.bucket.text), "Key": .string(object.key.text)]) { $1 }))
    }

    /// S3 is content when there is no such version, as nothing has to be done. A person who mistyped it is not, and a code would be spent.
    private func requirePresent(_ object: ObjectReference, _ objects: LocalObjectService) async throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            _ = try await objects.headObject(GetObjectRequest(object))
        } catch {
            // A delete marker.
            guard error.code == .methodNotAllowed else { throw error }
        }
    }
}
