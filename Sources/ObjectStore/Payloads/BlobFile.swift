import Envelope
import SystemPackage

/// What is found in the folder of blobs.
struct BlobFile: Sendable {
    /// nil for what is no blob: a temporary file, or one that somebody else put there.
    let name: BlobName?
    let path: FilePath
    let byteCount: UInt64
    let modificationTime: FileTime
}

extension BlobFolder {
    /// More in one folder are not looked at.
    private static let maximumEntryCount = 1 << 24
    static let quarantineName = "quarantine"

    /// Calls for everything in the folder but what is in quarantine, in the order of names. What is no regular file is given
    /// as a foreign one. Where there is no folder, there is nothing in it.
    func forEach(_ body: (BlobFile) throws(ObjectStoreError) -> Void) throws(ObjectStoreError) {
        guard let root = try ifThere(path, { () throws(Errno) in try OpenFolder(path, calls: calls) }) else { return }
        for entry in try entries(of: root, path) where entry.name.string != Self.quarantineName {
            guard entry.status.kind == .directory, let byte = Self.shardByte(entry.name.string) else {
                try body(entry.file(nil, in: path))
                continue
            }
            let shardPath = path.appending(entry.name)
            guard let shard = try ifThere(shardPath, { () throws(Errno) in try root.folder(entry.name) }) else { continue }
            for entry in try entries(of: shard, shardPath) {
                try body(entry.file(Self.blobName(entry, inShard: byte), in: shardPath))
            }
        }
    }

    /// Moves a file out of the way, where nobody reads or removes it.
    ///
    /// - Throws: `DamagedObject` (`isMissingBlob`) for a file that is not there.
    func quarantine(_ name: BlobName) throws(ObjectStoreError) {
        let file = path(of: name)
        let shard = try reading(file.string) { () throws(Errno) in
            let shard = try OpenFolder(path.appending(name.shard), calls: calls)
            _ = try shard.status(of: FilePath.Component(text: name.fileName))
            return shard
        }
        try writing(file.string) { () throws(Errno) in
            let root = try OpenFolder(path, calls: calls)
            try makeFolder(FilePath.Component(text: Self.quarantineName), in: root)
            let quarantine = try root.folder(FilePath.Component(text: Self.quarantineName))
            try move(name, from: shard, to: quarantine)
            // The new name first: in between, a crash may leave both, and never none.
            try calls.synchronize(quarantine.descriptor)
            try calls.synchronize(shard.descriptor)
        }
    }

    /// Keeps an age file that was no file before.
    func quarantine(_ bytes: [UInt8], as name: BlobName) throws(ObjectStoreError) {
        let folder = path.appending(Self.quarantineName)
        let target = try writing(folder.string) { () throws(Errno) in
            let root = try OpenFolder(path, calls: calls)
            try makeFolder(FilePath.Component(text: Self.quarantineName), in: root)
            return try root.folder(FilePath.Component(text: Self.quarantineName))
        }
        do throws(EnvelopeError) {
            var file = try AtomicOutputFile(
                named: FilePath.Component(text: name.fileName), in: target, path: folder.appending(name.fileName), overwrite: false,
                calls: calls)
            do throws(Errno) { try calls.writeBytes(bytes, to: file.descriptor, at: 0) } catch {
                throw EnvelopeError(.outputFailed, "\(folder): \(error)", errno: error)
            }
            try file.commit()
        } catch {
            throw .writing(folder.string, error)
        }
    }

    /// Under its own name, or one with a number behind it where that is taken.
    private func move(_ name: BlobName, from shard: OpenFolder, to quarantine: OpenFolder) throws(Errno) {
        let maximumNumber = 1000
        for number in 0...maximumNumber {
            let target = number == 0 ? name.fileName : "\(name.text)-\(number)\(BlobName.suffix)"
            do throws(Errno) {
                return try calls.move(
                    FilePath.Component(text: name.fileName), in: shard.descriptor, to: FilePath.Component(text: target),
                    in: quarantine.descriptor)
            } catch {
                guard error == .fileExists, number < maximumNumber else { throw error }
            }
        }
    }

    private struct Entry {
        let name: FilePath.Component
        let status: FileStatus

        func file(_ blob: BlobName?, in folder: FilePath) -> BlobFile {
            BlobFile(name: blob, path: folder.appending(name), byteCount: status.byteCount, modificationTime: status.modificationTime)
        }
    }

    private func entries(of folder: OpenFolder, _ path: FilePath) throws(ObjectStoreError) -> [Entry] {
        let names = try reading(path.string) { () throws(Errno) in
            try calls.names(in: folder.descriptor, atMost: Self.maximumEntryCount)
        }
        guard let names else {
            throw ObjectStoreError(.storageFailure, "\(path) has more than \(Self.maximumEntryCount) entries.", fileCause: .reading)
        }
        var entries: [Entry] = []
        for name in names.sorted(by: { $0.string < $1.string }) {
            let status = try ifThere(path.appending(name)) { () throws(Errno) in try folder.status(of: name) }
            if let status { entries.append(Entry(name: name, status: status)) }
        }
        return entries
    }

    /// nil for what is gone: others may delete meanwhile.
    private func ifThere<R>(_ path: FilePath, _ call: () throws(Errno) -> R) throws(ObjectStoreError) -> R? {
        do throws(Errno) {
            return try call()
        } catch {
            guard error == .noSuchFileOrDirectory else { throw .reading(path.string, error) }
            return nil
        }
    }

    private static func shardByte(_ name: String) -> UInt8? {
        guard name.utf8.count == 2, let byte = UInt8(name, radix: 16), BlobName.shard(byte) == name else { return nil }
        return byte
    }

    private static func blobName(_ entry: Entry, inShard byte: UInt8) -> BlobName? {
        let text = entry.name.string
        guard entry.status.kind == .regular, text.hasSuffix(BlobName.suffix) else { return nil }
        let name = BlobName(text: String(text.dropLast(BlobName.suffix.count)))
        return name?.bytes[0] == byte ? name : nil
    }
}
