package import Envelope
import OpenSSL
import Synchronization
public import SystemPackage

/// Makes bags (RFC 8493): a new folder with a copy of what is in another one, or the folder itself.
///
/// A folder with a symbolic link, a pipe, a socket or a device in it is refused, and so are names that a manifest cannot list: what a bag
/// does not hold must be known to whoever makes it.
public struct BagCreator: Sendable {
    let options: BagOptions
    let monitor: BagMonitor
    let calls: any FileCalls

    public init(_ options: BagOptions, monitor: BagMonitor = BagMonitor()) {
        self.init(options, monitor: monitor, calls: SystemFileCalls())
    }

    package init(_ options: BagOptions, monitor: BagMonitor, calls: any FileCalls) {
        self.options = options
        self.monitor = monitor
        self.calls = calls
    }

    /// Copies a folder into a new bag, which appears when it is whole and on the disk. Files are read once, to copy and to digest them;
    /// they keep their access bits and times.
    ///
    /// - Parameter bag: must not exist yet; the folder that it will be in must.
    /// - Throws: `outputExists`, `notFound`, `notAFolder`, `unsupported` for what a bag cannot hold, `unreadable`, `unwritable`,
    ///   `cancelled`. Nothing is left behind.
    public func create(from source: FilePath, at bag: FilePath) async throws(IntegrityError) -> BagCreation {
        try options.check()
        let folder = try BagFolder(source, calls: calls)
        let tree = try BagTree(of: folder)
        try requireBaggable(tree)
        let output = try BagOutput(at: bag, calls: calls)
        do throws(IntegrityError) {
            let creation = try await fill(output, from: folder, tree)
            try output.appear()
            return creation
        } catch {
            output.discard()
            throw error
        }
    }

    private func fill(_ output: BagOutput, from source: BagFolder, _ tree: BagTree) async throws(IntegrityError) -> BagCreation {
        let permissions: UInt16
        do throws(Errno) {
            permissions = UInt16(try calls.status(of: source.root.descriptor).permissions)
        } catch {
            throw .readingBag([], error)
        }
        let payload = try output.makePayloadFolder(tree)
        let digests = try await read(tree, in: source) { file, opened, content throws(IntegrityError) in
            try payload.copy(file, opened, options.algorithms, content)
        }
        let creation = BagCreation(payload: digests.payload, emptyFolders: tree.emptyFolders, isResumed: false)
        let tags = try BagTagFiles(options, tree.files.map(\.path), digests.all, digests.payload)
        for tag in tags.files { try output.write(tag, permissions: permissions) }
        try payload.finish(tree, permissions: permissions)
        try output.finish(permissions: permissions)
        return creation
    }

    /// The digests of all files.
    /// - Parameter body: reads one file.
    func read(
        _ tree: BagTree, in folder: BagFolder,
        _ body:
            @escaping @Sendable (BagTree.File, FileDescriptor, BagContent) throws(IntegrityError) -> (
                digests: [[UInt8]], byteCount: UInt64
            )
    ) async throws(IntegrityError) -> BagDigests {
        let digests = BagDigests(count: tree.files.count)
        let total = tree.files.map(\.status.byteCount).cappedSum
        let monitor = monitor
        try await BagWorkers.run(tree.files.count) { index in
            let content = BagContent(calls: folder.calls) { count throws(IntegrityError) in
                try monitor.check()
                monitor.didAdvance(digests.advance(count), total)
            }
            do throws(IntegrityError) {
                try monitor.check()
                let file = tree.files[index]
                let opened = try Self.open(file, in: folder)
                let reading = try body(file, opened.descriptor, content)
                digests.set(index, reading.digests, byteCount: reading.byteCount)
                return nil
            } catch {
                return error
            }
        }
        return digests
    }

    private static func open(_ file: BagTree.File, in folder: BagFolder) throws(IntegrityError) -> OpenBagFile {
        do throws(Errno) { return try folder.open(file.path) } catch { throw .readingBag(file.path.bytes, error) }
    }
}

extension BagCreator {
    /// How many names an error lists.
    private static let maximumNamedCount = 10

    /// Refuses what a bag could not hold.
    func requireBaggable(_ tree: BagTree) throws(IntegrityError) {
        if !tree.others.isEmpty {
            throw IntegrityError(
                .unsupported,
                "a bag holds files and folders alone; remove, or replace by what they stand for: \(Self.list(tree.others.map(\.path)))")
        }
        if let failure = tree.failures.first { throw .readingBag(failure.path.bytes, failure.error) }
        if tree.isCut { throw IntegrityError(.unsupported, "the folder has more entries, or deeper folders, than a bag may have") }
        var names: [String: EntryPath] = [:]
        for file in tree.files {
            _ = try BagPath.encoded(BagPath.payloadPrefix + file.path.bytes, options.version)
            // Strings are equal when they are canonically equivalent; two such names cannot both be on some systems.
            if let other = names.updateValue(file.path, forKey: String(decoding: file.path.bytes, as: UTF8.self)) {
                throw IntegrityError(
                    .unsupported, "\(other) and \(file.path) have the same name but for Unicode normalization; rename one of them")
            }
        }
    }

    private static func list(_ paths: [EntryPath]) -> String {
        let more = paths.count - maximumNamedCount
        return paths.prefix(maximumNamedCount).map(\.description).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}

/// The digests of the payload, as the threads find them.
final class BagDigests: Sendable {
    private struct State {
        var digests: [[[UInt8]]]
        /// Of the files that were read to their end.
        var byteCount: UInt64 = 0
        /// All that was read, also what was read again.
        var readByteCount: UInt64 = 0
    }

    private let state: Mutex<State>
    private let count: Int

    init(count: Int) {
        self.count = count
        state = Mutex(State(digests: Array(repeating: [], count: count)))
    }

    /// When all were read: as many bytes as there were then, whatever the folder said before.
    var payload: PayloadOxum { PayloadOxum(byteCount: state.withLock { $0.byteCount }, fileCount: UInt64(count)) }
    var all: [[[UInt8]]] { state.withLock { $0.digests } }

    func set(_ index: Int, _ digests: [[UInt8]], byteCount: UInt64) {
        state.withLock { state in
            state.digests[index] = digests
            state.byteCount += byteCount
        }
    }

    func advance(_ count: Int) -> UInt64 {
        state.withLock { state in
            state.readByteCount += UInt64(count)
            return state.readByteCount
        }
    }
}
