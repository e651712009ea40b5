import KeyStore
import ObjectStore

/// Copies all objects below a prefix to keys below another, without encrypting anything anew.
struct TreeCopy: Sendable {
    /// Copies that are made at one time, since they share a commit.
    private static let concurrency = 64

    let run: TransferRun
    let source: ObjectURL
    let target: ObjectURL
    /// nil: as things are at present.
    let time: Timestamp?
    let request: @Sendable (ObjectReference, ObjectURL) throws(ObjectStoreError) -> CopyObjectRequest

    func copy() async throws {
        let pages = ObjectPages(objects: run.objects, bucket: source.bucket, prefix: source.path, time: time)
        try await pages.forEachPage { items in
            await withTaskGroup(of: Void.self) { group in
                var used = 0
                for item in items {
                    guard !run.isStopped else { break }
                    if used == Self.concurrency { await group.next() } else { used += 1 }
                    group.addTask { await copy(item) }
                }
            }
            guard !run.isStopped else { throw ObjectStoreError(.cancelled) }
        }
    }

    private func copy(_ item: ListedItem) async {
        guard case .object(let byteCount) = item.kind else { return }
        let name = ObjectURL(bucket: source.bucket, path: item.name).description
        _ = run.begin(name, byteCount: byteCount)
        do {
            let object = ObjectReference(bucket: source.bucket, key: try ObjectKey(item.name), versionID: item.versionID)
            let place = target.appending(item.name[source.path.count...])
            await run.done(name, TransferResult.copied(object, as: place, try await run.objects.copyObject(request(object, place))))
        } catch {
            await run.failed(name, error)
        }
    }
}
