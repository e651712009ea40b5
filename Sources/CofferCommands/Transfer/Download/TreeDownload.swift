import Envelope
import KeyStore
import ObjectStore
import SystemPackage

/// Writes all objects below a prefix to files of a folder.
///
/// Objects come in batches: when the files of one are written, each of their folders is synchronized once, and then they are told.
struct TreeDownload: Sendable {
    private static let batchCount = 64
    private static let concurrency = 16

    private struct Job: Sendable {
        let object: ObjectReference
        let byteCount: UInt64
        let place: DownloadTree.Place
    }

    let run: TransferRun
    let source: ObjectURL
    /// nil: as things are at present.
    let time: Timestamp?
    let overwrite: Bool

    func write(to folder: FilePath) async throws {
        var tree = try DownloadTree(folder)
        var batch: [Job] = []
        let pages = ObjectPages(objects: run.objects, bucket: source.bucket, prefix: source.path, time: time)
        try await pages.forEachPage { items in
            for item in items {
                guard !run.isStopped else { throw ObjectStoreError(.cancelled) }
                if let job = await job(for: item, in: &tree) { batch.append(job) }
                if batch.count == Self.batchCount { await finish(&batch) }
            }
        }
        await finish(&batch)
    }

    /// nil for what is not written, after that was told.
    private func job(for item: ListedItem, in tree: inout DownloadTree) async -> Job? {
        guard case .object(let byteCount) = item.kind else { return nil }
        let name = ObjectURL(bucket: source.bucket, path: item.name).description
        // Consoles of S3 make such objects, to show folders.
        guard byteCount > 0 || item.name.last != UInt8(ascii: "/") else {
            await run.report.skipped(name, because: "is the name of a folder, without content")
            return nil
        }
        do {
            let object = ObjectReference(bucket: source.bucket, key: try ObjectKey(item.name), versionID: item.versionID)
            let place = try tree.place(for: item.name[source.path.count...])
            guard try overwrite || !place.isTaken() else { throw EnvelopeError.outputExists(place.path.string) }
            return Job(object: object, byteCount: byteCount, place: place)
        } catch {
            await run.failed(name, error)
            return nil
        }
    }

    private func finish(_ batch: inout [Job]) async {
        let jobs = batch
        batch = []
        let written = await withTaskGroup(of: (Job, ObjectDescription)?.self) { group in
            var written: [(Job, ObjectDescription)] = []
            var next = jobs[...]
            for _ in 0..<Self.concurrency {
                guard let job = next.popFirst() else { break }
                group.addTask { await write(job) }
            }
            while let done = await group.next() {
                if let done { written.append(done) }
                if let job = next.popFirst() { group.addTask { await write(job) } }
            }
            return written
        }
        await tell(written)
    }

    private func write(_ job: Job) async -> (Job, ObjectDescription)? {
        guard !run.isStopped else { return nil }
        let monitor = run.begin(job.object.name, byteCount: job.byteCount)
        do {
            let response = try await run.objects.getObject(GetObjectRequest(job.object))
            try await job.place.write(response.body, overwrite: overwrite, monitor)
            return (job, response.description)
        } catch {
            await run.failed(job.object.name, error)
            return nil
        }
    }

    private func tell(_ written: [(Job, ObjectDescription)]) async {
        let folders = Dictionary(grouping: written) { ObjectIdentifier($0.0.place.folder) }
        for files in folders.values {
            do {
                try files[0].0.place.synchronizeFolder()
                for (job, description) in files {
                    await run.done(job.object.name, TransferResult.read(job.object, to: job.place.path, description))
                }
            } catch {
                for (job, _) in files { await run.failed(job.object.name, error) }
            }
        }
    }
}
