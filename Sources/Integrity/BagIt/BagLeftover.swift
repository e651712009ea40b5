import Envelope
import OpenSSL
import SystemPackage

/// What a run that was cut off has left: all tag files of the bag, and the payload, which is in its place, or in the work folder in part.
///
/// A folder can come with a work folder in it that somebody made. So nothing is taken over that this program would not write just so:
/// the whole payload is read, the tag files are made again from it, and each has to be what is there.
struct BagLeftover {
    /// A folder that holds a part of the payload, and what is in it.
    struct Part {
        let folder: BagFolder
        let tree: BagTree
    }

    /// Which payload files there are, and their digests.
    struct Content {
        var paths: [EntryPath] = []
        var digests: [[[UInt8]]] = []
        var payload = PayloadOxum(byteCount: 0, fileCount: 0)
    }

    /// Why something is not what a run has left.
    struct Doubt: Error {
        let reason: String
        var errno: Errno?
    }

    let parts: [Part]
    let version: BagVersion
    let algorithms: [DigestAlgorithm]
    /// By their names, wherever they are.
    private let tags: [String: [UInt8]]

    init(_ folder: BagFolder, _ work: BagFolder) throws(Doubt) {
        let payloadName = try Self.component(BagPath.payload)
        let workName = try Self.component(Array(BagCreator.workName.utf8))
        var workNames = try Self.names(in: work)
        var names = try Self.names(in: folder)
        names.remove(workName)
        var tags: [String: [UInt8]] = [:]
        var budget = BagListBudget()
        if workNames.remove(payloadName) != nil {
            parts = try Self.parts(folder, work, payloadName, names, workName)
        } else {
            guard names.remove(payloadName) != nil else { throw Doubt(reason: "there is no payload") }
            let payload = try Self.folder(payloadName, in: folder)
            parts = [Part(folder: payload, tree: try Self.tree(payload))]
            try Self.read(names, in: folder, &tags, &budget)
        }
        try Self.read(workNames, in: work, &tags, &budget)
        (version, algorithms) = try Self.plan(tags)
        self.tags = tags
    }

    /// Where not all was moved yet: what was, and what was not.
    private static func parts(
        _ folder: BagFolder, _ work: BagFolder, _ payloadName: FilePath.Component, _ names: Set<FilePath.Component>,
        _ workName: FilePath.Component
    ) throws(Doubt) -> [Part] {
        if names.contains(try component(Array(BagDeclaration.fileName.utf8))) {
            throw Doubt(reason: "there is a bagit.txt beside it")
        }
        let moved = try Self.folder(payloadName, in: work)
        if let both = try Self.names(in: moved).intersection(names).first {
            throw Doubt(reason: "\(both.bagNameBytes.visiblePath) is in it and beside it")
        }
        return [Part(folder: moved, tree: try tree(moved)), Part(folder: folder, tree: try tree(folder, skipping: workName))]
    }

    /// Reads the tag files of a folder, which has nothing else.
    private static func read(
        _ names: Set<FilePath.Component>, in folder: BagFolder, _ tags: inout [String: [UInt8]], _ budget: inout BagListBudget
    ) throws(Doubt) {
        for name in names {
            let bytes = name.bagNameBytes
            guard BagTagFiles.isName(bytes), tags[name.string] == nil, budget.spendManifest() else {
                throw Doubt(reason: "\(bytes.visiblePath) is no tag file, or is there twice")
            }
            do throws(Errno) {
                guard let content = try folder.read(EntryPath(trusted: bytes), atMost: budget.byteCount) else { throw .fileTooLarge }
                budget.spend(byteCount: content.count)
                tags[name.string] = content
            } catch {
                throw Doubt(reason: "\(bytes.visiblePath) cannot be read: \(error)", errno: error)
            }
        }
    }

    /// What the earlier run was asked for. A tag manifest tells the order of the algorithms.
    private static func plan(_ tags: [String: [UInt8]]) throws(Doubt) -> (BagVersion, [DigestAlgorithm]) {
        let version: BagVersion
        do throws(IntegrityError) {
            version = try BagDeclaration(parsing: tags[BagDeclaration.fileName] ?? []).version
        } catch {
            throw Doubt(reason: error.message)
        }
        let names = tags.keys.sorted().compactMap { BagManifestName(Array($0.utf8)) }
        guard let name = names.first(where: \.isTagManifest), let algorithm = name.algorithm else {
            throw Doubt(reason: "there is no tag manifest")
        }
        let listed = BagManifest(parsing: tags[name.fileName] ?? [], algorithm: algorithm, version: version).entries
        let algorithms = listed.compactMap { BagManifestName($0.path.bytes)?.algorithm }
        guard !algorithms.isEmpty, Set(algorithms).count == algorithms.count else {
            throw Doubt(reason: "\(name.fileName) does not list each manifest once")
        }
        return (version, algorithms)
    }

    /// Whether all is as this program would write it.
    func check(_ content: Content) throws(Doubt) {
        let infoBytes = tags[version.infoFileName] ?? []
        let info = BagInfo(parsing: infoBytes, version: version)
        guard info.problems.isEmpty, info.bytes == infoBytes, info[PayloadOxum.label] == ["\(content.payload)"] else {
            throw Doubt(reason: "\(version.infoFileName) does not say what the payload has")
        }
        let expected: BagTagFiles
        do throws(IntegrityError) {
            expected = try BagTagFiles(version, algorithms, info, content.paths, content.digests)
        } catch {
            throw Doubt(reason: error.message)
        }
        for tag in expected.files {
            guard let actual = tags[tag.name] else { throw Doubt(reason: "there is no \(tag.name)") }
            guard actual == tag.bytes else { throw Doubt(reason: "\(tag.name) does not list what is there") }
        }
        guard tags.count == expected.files.count else { throw Doubt(reason: "there are more tag files than a run writes") }
    }
}

extension BagLeftover {
    static func component(_ name: [UInt8]) throws(Doubt) -> FilePath.Component {
        guard let component = FilePath.Component(bagName: name) else { throw Doubt(reason: "\(name.visiblePath) is no name") }
        return component
    }

    static func names(in folder: BagFolder) throws(Doubt) -> Set<FilePath.Component> {
        do throws(Errno) {
            guard let names = try folder.calls.names(in: folder.root.descriptor, atMost: BagLimits.maximumEntryCount) else {
                throw .tooManyReferences
            }
            return Set(names)
        } catch {
            throw Doubt(reason: "a folder cannot be listed: \(error)", errno: error)
        }
    }

    static func folder(_ name: FilePath.Component, in folder: BagFolder) throws(Doubt) -> BagFolder {
        do throws(Errno) {
            return BagFolder(try folder.root.folder(name), calls: folder.calls)
        } catch {
            throw Doubt(reason: "\(name.bagNameBytes.visiblePath) is no folder that can be opened: \(error)", errno: error)
        }
    }

    private static func tree(_ folder: BagFolder, skipping name: FilePath.Component? = nil) throws(Doubt) -> BagTree {
        do throws(IntegrityError) {
            return try BagTree(of: folder, skipping: name)
        } catch {
            throw Doubt(reason: error.message, errno: error.errno)
        }
    }
}

extension BagLeftover.Content {
    /// The parts as one payload, in the order of a walk: a name in the payload folder is in one part alone.
    init(_ parts: [(tree: BagTree, digests: BagDigests)]) {
        var files: [(path: EntryPath, digests: [[UInt8]])] = []
        for part in parts { files += zip(part.tree.files, part.digests.all).map { ($0.path, $1) } }
        // Name by name: what ends a name comes before all that names have in them.
        let rank = { (byte: UInt8) in byte == EntryPath.slash ? 0 : byte }
        files.sort { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) { rank($0) < rank($1) } }
        paths = files.map(\.path)
        digests = files.map(\.digests)
        payload = PayloadOxum(byteCount: parts.map(\.digests.payload.byteCount).cappedSum, fileCount: UInt64(files.count))
    }
}
