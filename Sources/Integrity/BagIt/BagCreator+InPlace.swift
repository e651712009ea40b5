import Envelope
import Findings
import OpenSSL
public import SystemPackage

/// Turning a folder into a bag where it is.
///
/// Everything is read first, and the tag files are made in a folder `.coffer-bag.tmp` in it; only when that is on the disk, entries are
/// moved into that folder's `data`, then `data` to its place, then the tag files, `bagit.txt` last. At any moment each file is under one
/// of the two names; the next run goes on where one was cut off, when all that it finds is as such a run leaves it.
extension BagCreator {
    static let workName = ".coffer-bag.tmp"

    /// Moves all that is in a folder into `data` in it, and adds the tag files.
    ///
    /// - Throws: `outputExists` for a folder that is a bag already; `unwritable` for one with a work folder that no run has left so; as
    ///   `create` otherwise. When it throws, the folder is as it was, unless
    ///   the message says where its files are.
    public func convert(_ path: FilePath) async throws(IntegrityError) -> BagCreation {
        try options.check()
        let folder = try BagFolder(path, calls: calls)
        try lock(folder, path)
        defer { calls.unlock(folder.root.descriptor) }
        if let conversion = try BagConversion(resuming: folder, path) { return try await resume(conversion, folder, path) }
        try requireNoBag(folder, path)
        let tree = try BagTree(of: folder)
        try requireBaggable(tree)
        let digests = try await digests(tree, in: folder, options.algorithms)
        let tags = try BagTagFiles(options, tree.files.map(\.path), digests.all, digests.payload)
        try BagConversion(preparing: folder, tags).finish()
        return BagCreation(payload: digests.payload, emptyFolders: tree.emptyFolders, isResumed: false)
    }

    private func digests(
        _ tree: BagTree, in folder: BagFolder, _ algorithms: [DigestAlgorithm]
    ) async throws(IntegrityError) -> BagDigests {
        try await read(tree, in: folder) { file, opened, content throws(IntegrityError) in
            do throws(BagContent.Failure) {
                return try content.read(opened, expecting: file.status.byteCount, algorithms)
            } catch {
                throw error.integrityError(file.path)
            }
        }
    }

    /// Puts in place what an earlier run had made, if it is what that would make of the folder.
    private func resume(
        _ conversion: BagConversion, _ folder: BagFolder, _ path: FilePath
    ) async throws(IntegrityError) -> BagCreation {
        let leftover: BagLeftover
        do throws(BagLeftover.Doubt) {
            leftover = try BagLeftover(folder, BagFolder(conversion.work, calls: calls))
        } catch {
            throw .leftover(in: path, error)
        }
        var parts: [(tree: BagTree, digests: BagDigests)] = []
        for part in leftover.parts {
            try requireBaggable(part.tree)
            parts.append((part.tree, try await digests(part.tree, in: part.folder, leftover.algorithms)))
        }
        let content = BagLeftover.Content(parts)
        do throws(BagLeftover.Doubt) { try leftover.check(content) } catch { throw .leftover(in: path, error) }
        try conversion.finish()
        try requireWhole(folder, path)
        return BagCreation(payload: content.payload, emptyFolders: parts.flatMap(\.tree.emptyFolders), isResumed: true)
    }

    /// What was checked was moved afterwards: somebody may have changed the folder between the two.
    private func requireWhole(_ folder: BagFolder, _ path: FilePath) throws(IntegrityError) {
        var examination = BagExamination(try BagTree(of: folder), in: folder)
        examination.examineForm(needsOxum: true)
        _ = examination.examineCompleteness()
        guard let problem = examination.report.problems.first(where: { $0.severity > .info }) else { return }
        throw IntegrityError(
            .changedMeanwhile,
            "\(path): was changed while it was made a bag (\(problem.path.visiblePath): \(problem.detail)); run `coffer bag validate` on it"
        )
    }

    private func lock(_ folder: BagFolder, _ path: FilePath) throws(IntegrityError) {
        do throws(Errno) {
            guard try !calls.lock(folder.root.descriptor) else { return }
        } catch {
            throw .opening(path, error)
        }
        throw IntegrityError(.unwritable, "\(path): another process is making a bag of it", errno: .wouldBlock)
    }

    private func requireNoBag(_ folder: BagFolder, _ path: FilePath) throws(IntegrityError) {
        do throws(Errno) {
            guard let name = FilePath.Component(BagDeclaration.fileName), try BagFiles.exists(name, in: folder.root) else { return }
        } catch {
            throw .opening(path, error)
        }
        throw IntegrityError(.outputExists, "\(path): is a bag already, since it has a bagit.txt", errno: .fileExists)
    }
}

/// The part of turning a folder into a bag that changes the folder.
struct BagConversion {
    private let folder: BagFolder
    let work: OpenFolder
    private let workName: FilePath.Component
    private let payloadName: FilePath.Component
    private let declarationName: FilePath.Component
    private var calls: any FileCalls { folder.calls }

    private init(_ folder: BagFolder, _ names: Names, _ work: OpenFolder) {
        self.folder = folder
        self.work = work
        workName = names.work
        payloadName = names.payload
        declarationName = names.declaration
    }

    private struct Names {
        let work: FilePath.Component
        let payload: FilePath.Component
        let declaration: FilePath.Component

        init() {
            guard let work = FilePath.Component(BagCreator.workName), let payload = FilePath.Component(bagName: BagPath.payload),
                let declaration = FilePath.Component(BagDeclaration.fileName)
            else { preconditionFailure("three fixed names are names") }
            self.work = work
            self.payload = payload
            self.declaration = declaration
        }
    }

    /// What a run that was cut off has prepared, or what looks like it; nil when there is none.
    init?(resuming folder: BagFolder, _ path: FilePath) throws(IntegrityError) {
        do throws(BagLeftover.Doubt) {
            guard let work = try BagLeftover.prepared(in: folder) else { return nil }
            self.init(folder, Names(), work)
        } catch {
            throw .leftover(in: path, error)
        }
    }

    /// Writes the tag files, and makes the folder for the payload.
    init(preparing folder: BagFolder, _ tags: BagTagFiles) throws(IntegrityError) {
        let names = Names()
        do throws(Errno) {
            try folder.calls.makeFolder(names.work, in: folder.root.descriptor)
            self.init(folder, names, try folder.root.folder(names.work))
        } catch {
            throw .writingBag(names.work.bagNameBytes, error)
        }
        do throws(IntegrityError) {
            try prepare(tags)
        } catch {
            BagFiles.removeTree(workName, in: folder.root, calls)
            throw error
        }
    }

    private func prepare(_ tags: BagTagFiles) throws(IntegrityError) {
        do throws(Errno) {
            let permissions = try calls.status(of: folder.root.descriptor).permissions
            try calls.makeFolder(payloadName, in: work.descriptor)
            // Bound, so that it stays open until it is dealt with.
            let payload = try work.folder(payloadName)
            try calls.setPermissions(payload.descriptor, permissions)
            let workFolder = BagFolder(work, calls: calls)
            for tag in tags.files.dropLast() { try write(tag, in: workFolder, UInt16(permissions)) }
            try calls.synchronize(work.descriptor)
            // From here on the next run goes on, and does not begin again.
            if let declaration = tags.files.last { try write(declaration, in: workFolder, UInt16(permissions)) }
            try calls.synchronize(work.descriptor)
            try calls.synchronize(folder.root.descriptor)
        } catch {
            throw .writingBag(workName.bagNameBytes, error)
        }
    }

    private func write(_ tag: BagTagFiles.File, in folder: BagFolder, _ permissions: UInt16) throws(Errno) {
        do throws(IntegrityError) {
            try BagFiles.write(tag, in: folder, permissions: permissions)
        } catch {
            throw error.errno ?? .ioError
        }
    }

    /// Moves everything to its place.
    func finish() throws(IntegrityError) {
        do throws(Errno) {
            if try BagFiles.exists(payloadName, in: work) { try movePayload() }
            try moveTagFiles()
            try BagFiles.removeFolder(workName, in: folder.root)
            try calls.synchronize(folder.root.descriptor)
        } catch {
            guard isAsBefore else {
                throw IntegrityError(
                    .unwritable,
                    "the files cannot be moved: \(error); those that were are in \(BagCreator.workName) or data/, run this again",
                    errno: error)
            }
            throw IntegrityError(.unwritable, "the files cannot be moved: \(error); the folder is as it was", errno: error)
        }
    }

    /// Whether nothing of this is left in the folder.
    private var isAsBefore: Bool {
        do throws(Errno) { return try !BagFiles.exists(workName, in: folder.root) } catch { return false }
    }

    private func movePayload() throws(Errno) {
        let payload = try work.folder(payloadName)
        do throws(Errno) {
            for name in try names(in: folder.root) where name != workName {
                try BagFiles.rename(name, in: folder.root, to: name, in: payload)
            }
        } catch {
            try moveBack(payload)
            throw error
        }
        try calls.synchronize(payload.descriptor)
        try BagFiles.rename(payloadName, in: work, to: payloadName, in: folder.root)
        try calls.synchronize(folder.root.descriptor)
    }

    /// A folder in which not everything can be moved (something is mounted in it) is left as it was.
    private func moveBack(_ payload: OpenFolder) throws(Errno) {
        for name in try names(in: payload) { try calls.move(name, in: payload.descriptor, to: name, in: folder.root.descriptor) }
        BagFiles.removeTree(workName, in: folder.root, calls)
    }

    private func moveTagFiles() throws(Errno) {
        let tags = try names(in: work)
        for name in tags.filter({ $0 != declarationName }) + tags.filter({ $0 == declarationName }) {
            try calls.move(name, in: work.descriptor, to: name, in: folder.root.descriptor)
        }
        try calls.synchronize(folder.root.descriptor)
    }

    private func names(in folder: OpenFolder) throws(Errno) -> [FilePath.Component] {
        guard let names = try calls.names(in: folder.descriptor, atMost: BagLimits.maximumEntryCount) else { throw .tooManyReferences }
        return names
    }
}
