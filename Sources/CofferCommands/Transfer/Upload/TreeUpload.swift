import Envelope
import ObjectStore
import SystemPackage

/// Stores all files of a folder: their relative paths become keys.
struct TreeUpload: Sendable {
    /// Files that are stored at one time: many small ones, since they share a commit.
    private static let slotCount = 64
    /// A larger one needs buffers, and counts as so many.
    private static let slotsOfLargeFile = 16
    private static let smallFileByteCount: UInt64 = 256 << 10

    let run: TransferRun
    let upload: ObjectUpload
    let target: ObjectURL

    /// - Throws: why the folder cannot be opened. What becomes of its files is told to the run.
    func store(_ folder: FilePath) async throws(EnvelopeError) {
        let tree = try FileTree(folder)
        await withTaskGroup(of: Int.self) { group in
            var used = 0
            for entry in tree {
                guard !run.isStopped else { break }
                switch entry {
                case .folder: continue
                case .skipped(let skipped): await run.report.skipped(skipped)
                case .file(let file):
                    let slots = file.byteCount > Self.smallFileByteCount ? Self.slotsOfLargeFile : 1
                    while used + slots > Self.slotCount { used -= await group.next() ?? used }
                    used += slots
                    group.addTask {
                        await store(file)
                        return slots
                    }
                }
            }
        }
    }

    private func store(_ file: LocatedFile) async {
        guard !run.isStopped else { return }
        let name = file.path.string
        let monitor = run.begin(name, byteCount: file.byteCount)
        do {
            let place = target.appending(file.relativePath.platformBytes)
            let body = WatchedBody(try FileBody(file), monitor)
            let stored = try await upload.store(body, as: place.key(), in: place.bucket)
            await run.done(name, TransferResult.stored(name, as: place, stored))
        } catch {
            await run.failed(name, error)
        }
    }
}

/// One finished copy: a line of its own in JSON, and silence for people, as with cp.
enum TransferResult {
    static func stored(_ input: String, as place: ObjectURL, _ stored: ObjectUpload.Stored) -> S3Answer {
        S3Answer([
            "Input": .string(input), "Output": .string(place.description), "ByteCount": .size(stored.byteCount),
            "ETag": .string(stored.eTag.quoted), "VersionId": .text(stored.versionID?.text),
        ])
    }

    static func copied(_ input: ObjectReference, as place: ObjectURL, _ response: CopyObjectResponse) -> S3Answer {
        S3Answer([
            "Input": .string(input.name), "Output": .string(place.description), "ETag": .string(response.eTag.quoted),
            "VersionId": .text(response.versionID?.text), "CopySourceVersionId": .text(response.copySourceVersionID?.text),
        ])
    }

    static func read(_ input: ObjectReference, to path: FilePath, _ description: ObjectDescription) -> S3Answer {
        S3Answer([
            "Input": .string(input.name), "Output": .string(path.string), "ByteCount": .size(description.contentLength),
            "ETag": .string(description.eTag.quoted), "VersionId": .text(description.versionID?.text),
        ])
    }
}
