import Envelope
import SystemPackage

/// What a run has left that was cut off before it had prepared all: nothing was moved yet.
extension BagLeftover {
    /// The work folder in which all was prepared, or that looks like it; nil when there is none, or none any more: one from which nothing
    /// was moved is removed, if it holds nothing but what a run writes.
    static func prepared(in folder: BagFolder) throws(Doubt) -> OpenFolder? {
        let workName = try component(Array(BagCreator.workName.utf8))
        let names = try names(in: folder)
        guard names.contains(workName) else { return nil }
        let work = try Self.folder(workName, in: folder)
        let workNames = try Self.names(in: work)
        let declarationName = try component(Array(BagDeclaration.fileName.utf8))
        if workNames.contains(declarationName), try !isTorn(declarationName, in: work) { return work.root }
        // The tag files are moved last: then only the folder itself was left.
        guard !names.contains(declarationName) || workNames.isEmpty else { throw Doubt(reason: "there is a bagit.txt beside it") }
        try requireTagFilesAlone(work, workNames)
        try remove(workName, in: folder, work, workNames)
        return nil
    }

    /// Whether a declaration is only the beginning of one: it is on the disk before anything is moved.
    private static func isTorn(_ name: FilePath.Component, in work: BagFolder) throws(Doubt) -> Bool {
        do throws(Errno) {
            let path = EntryPath(trusted: name.bagNameBytes)
            guard let bytes = try work.read(path, atMost: BagLimits.maximumDeclarationByteCount) else { return false }
            return BagVersion.allCases.contains { version in
                let whole = BagDeclaration(version: version).bytes
                return bytes.count < whole.count && whole.starts(with: bytes)
            }
        } catch {
            throw Doubt(reason: "bagit.txt in it cannot be read: \(error)", errno: error)
        }
    }

    private static func requireTagFilesAlone(_ work: BagFolder, _ names: Set<FilePath.Component>) throws(Doubt) {
        for name in names where name.bagNameBytes != BagPath.payload {
            do throws(Errno) {
                if BagTagFiles.isName(name.bagNameBytes), try work.root.status(of: name).kind == .regular { continue }
            } catch {
                throw Doubt(reason: "it cannot be looked into: \(error)", errno: error)
            }
            throw Doubt(reason: "\(name.bagNameBytes.visiblePath) is no tag file")
        }
    }

    private static func remove(
        _ name: FilePath.Component, in folder: BagFolder, _ work: BagFolder, _ names: Set<FilePath.Component>
    ) throws(Doubt) {
        do throws(Errno) {
            for name in names where name.bagNameBytes == BagPath.payload {
                // Fails for a folder that is not empty.
                try BagFiles.removeFolder(name, in: work.root)
            }
        } catch {
            throw Doubt(reason: "its folder data cannot be removed: \(error)", errno: error)
        }
        guard BagFiles.removeTree(name, in: folder.root, folder.calls) else { throw Doubt(reason: "it cannot be removed") }
    }
}

extension IntegrityError {
    static func leftover(in path: FilePath, _ doubt: BagLeftover.Doubt) -> IntegrityError {
        IntegrityError(
            .unwritable,
            "\(path.appending(BagCreator.workName)): is not what an earlier run leaves (\(doubt.reason)); look into it, "
                + "move back what you need of it, and remove it",
            errno: doubt.errno)
    }
}
