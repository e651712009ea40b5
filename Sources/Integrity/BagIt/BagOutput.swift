import Envelope
import OpenSSL
import SystemPackage

/// A new bag, which is built under a temporary name beside its place and takes its name when it is whole.
struct BagOutput: Sendable {
    /// How many temporary names are tried. They are random: a second one is needed hardly ever.
    private static let maximumAttemptCount = 16

    private let path: FilePath
    private let name: FilePath.Component
    private let parent: OpenFolder
    private let temporaryName: FilePath.Component
    let bag: OpenFolder
    private let calls: any FileCalls

    /// - Throws: `outputExists`, `notFound`, `unwritable`.
    init(at path: FilePath, calls: any FileCalls) throws(IntegrityError) {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw IntegrityError(.invalidArgument, "\(path): is not the name of a new folder")
        }
        self.path = path
        self.name = name
        self.calls = calls
        let folder = path.removingLastComponent()
        do throws(Errno) { parent = try OpenFolder(folder, calls: calls) } catch { throw .opening(folder, error) }
        do throws(Errno) {
            guard try !BagFiles.exists(name, in: parent) else { throw .fileExists }
            temporaryName = try Self.make(in: parent, calls)
            bag = try parent.folder(temporaryName)
        } catch .fileExists {
            throw IntegrityError(.outputExists, "\(path): exists already; name a new folder for the bag", errno: .fileExists)
        } catch {
            throw .writingBag(name.bagNameBytes, error)
        }
    }

    private static func make(in parent: OpenFolder, _ calls: any FileCalls) throws(Errno) -> FilePath.Component {
        for _ in 0..<maximumAttemptCount {
            guard let name = FilePath.Component(".coffer-\(String(UInt64.random(in: 1 << 60 ... .max), radix: 36)).tmp") else { continue }
            do throws(Errno) {
                try calls.makeFolder(name, in: parent.descriptor)
                return name
            } catch .fileExists {
                continue
            }
        }
        throw .resourceBusy
    }

    /// Makes `data` and all folders in it.
    func makePayloadFolder(_ tree: BagTree) throws(IntegrityError) -> BagPayloadOutput {
        let payload = try BagFiles.makeFolder(EntryPath(trusted: BagPath.payload), in: BagFolder(bag, calls: calls))
        let output = BagPayloadOutput(folder: BagFolder(payload, calls: calls))
        for folder in tree.folders { _ = try BagFiles.makeFolder(folder.path, in: output.folder) }
        return output
    }

    func write(_ tag: BagTagFiles.File, permissions: UInt16) throws(IntegrityError) {
        try BagFiles.write(tag, in: BagFolder(bag, calls: calls), permissions: permissions)
    }

    func finish(permissions: UInt16) throws(IntegrityError) {
        do throws(Errno) {
            try calls.setPermissions(bag.descriptor, .init(permissions))
            try calls.synchronize(bag.descriptor)
        } catch {
            throw .writingBag(name.bagNameBytes, error)
        }
    }

    /// Gives the bag its name. A folder that somebody made there meanwhile is replaced only if it is empty, which loses nothing.
    func appear() throws(IntegrityError) {
        do throws(Errno) {
            try BagFiles.rename(temporaryName, in: parent, to: name, in: parent)
            try calls.synchronize(parent.descriptor)
        } catch .fileExists, .directoryNotEmpty, .notDirectory {
            throw IntegrityError(.outputExists, "\(path): exists by now; name a new folder for the bag", errno: .fileExists)
        } catch {
            throw .writingBag(name.bagNameBytes, error)
        }
    }

    /// Takes away what was begun. What cannot be removed has a name that says that it is temporary.
    func discard() { BagFiles.removeTree(temporaryName, in: parent, calls) }
}

/// The payload of a new bag.
struct BagPayloadOutput: Sendable {
    let folder: BagFolder

    /// Copies a file, and gives its digests.
    func copy(
        _ file: BagTree.File, _ source: FileDescriptor, _ algorithms: [DigestAlgorithm], _ content: BagContent
    ) throws(IntegrityError) -> (digests: [[UInt8]], byteCount: UInt64) {
        let calls = folder.calls
        do throws(BagContent.Failure) {
            let target = try make(file)
            let reading = try content.read(source, expecting: file.status.byteCount, algorithms, copyingTo: target.descriptor)
            do throws(Errno) {
                try calls.setPermissions(target.descriptor, file.status.permissions)
                try calls.setModificationTime(target.descriptor, file.status.modificationTime)
                try calls.synchronize(target.descriptor)
            } catch {
                throw .writing(error)
            }
            return reading
        } catch {
            throw error.integrityError(file.path)
        }
    }

    private func make(_ file: BagTree.File) throws(BagContent.Failure) -> OpenBagFile {
        do throws(Errno) {
            let (parent, name) = try folder.parent(of: file.path)
            return OpenBagFile(try folder.calls.openExclusively(name, in: parent.descriptor), folder.calls)
        } catch {
            throw .writing(error)
        }
    }

    /// Gives the folders their access bits, and waits until they are on the disk: deepest first.
    func finish(_ tree: BagTree, permissions: UInt16) throws(IntegrityError) {
        for folder in tree.folders.reversed() {
            do throws(Errno) {
                let (parent, name) = try self.folder.parent(of: folder.path)
                try finish(try parent.folder(name), UInt16(folder.status.permissions))
            } catch {
                throw .writingBag(folder.path.bytes, error)
            }
        }
        do throws(Errno) { try finish(folder.root, permissions) } catch { throw .writingBag(BagPath.payload, error) }
    }

    private func finish(_ folder: OpenFolder, _ permissions: UInt16) throws(Errno) {
        try self.folder.calls.setPermissions(folder.descriptor, .init(permissions))
        try self.folder.calls.synchronize(folder.descriptor)
    }
}

extension BagContent.Failure {
    func integrityError(_ path: EntryPath) -> IntegrityError {
        switch self {
        case .reading(let error): .readingBag(path.bytes, error)
        case .writing(let error): .writingBag(path.bytes, error)
        case .changed:
            IntegrityError(
                .changedMeanwhile, "\(path): is written to while it is read; wait until nobody writes to it, and run this again")
        case .other(let error): error
        }
    }
}
