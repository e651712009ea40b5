import SystemPackage

/// The folder of a store and all that is in it, as the file system shows them.
public struct HomeFacts: Sendable {
    /// More files are not looked at.
    static let maximumFileCount = 100_000

    public struct File: Sendable, Equatable {
        public var path: String
        public var status: FileStatus

        public init(path: String, status: FileStatus) {
            self.path = path
            self.status = status
        }
    }

    /// The user whose store it should be.
    public var userID: UInt32
    public var folder: File
    /// The folders above it, from the nearest to the root.
    public var parents: [File]
    public var files: [File]
    /// What could not be looked at, and why.
    public var unseen: [String]
    public var disk: Observation<DiskFacts>

    public init(
        userID: UInt32, folder: File, parents: [File] = [], files: [File] = [], unseen: [String] = [], disk: Observation<DiskFacts>
    ) {
        self.userID = userID
        self.folder = folder
        self.parents = parents
        self.files = files
        self.unseen = unseen
        self.disk = disk
    }

    /// - Returns: nil if there is no such folder.
    public static func read(_ path: String, from source: some MachineSource) -> Observation<HomeFacts?> {
        do throws(Errno) {
            let resolved = try source.resolved(path)
            let folder = File(path: path, status: try source.status(of: resolved, followingLinks: true))
            var facts = HomeFacts(userID: source.userID, folder: folder, disk: DiskSearch(source: source).disk(of: resolved))
            facts.readParents(of: resolved, from: source)
            facts.readFiles(from: source)
            return .known(facts)
        } catch {
            return error == .noSuchFileOrDirectory ? .known(nil) : .unknown("\(path): \(error)")
        }
    }

    private mutating func readParents(of path: String, from source: some MachineSource) {
        var parent = FilePath(path)
        while !parent.components.isEmpty {
            parent.removeLastComponent()
            do throws(Errno) {
                parents.append(File(path: parent.string, status: try source.status(of: parent.string, followingLinks: true)))
            } catch {
                unseen.append("\(parent): \(error)")
            }
        }
    }

    /// Links are looked at, and not followed.
    private mutating func readFiles(from source: some MachineSource) {
        var folders = [folder.path]
        while let next = folders.popLast() {
            do throws(Errno) {
                for name in try source.names(in: next).sorted() {
                    guard files.count < Self.maximumFileCount else {
                        return unseen.append("there are more than \(Self.maximumFileCount) files")
                    }
                    guard let file = file("\(next)/\(name)", in: source) else { continue }
                    files.append(file)
                    if file.status.kind == .folder { folders.append(file.path) }
                }
            } catch {
                // A folder may be gone again, as a file may.
                if error != .noSuchFileOrDirectory { unseen.append("\(next): \(error)") }
            }
        }
    }

    /// Nil if it is not there any more, as temporary files of other processes may be, or cannot be looked at: the rest is seen still.
    private mutating func file(_ path: String, in source: some MachineSource) -> File? {
        do throws(Errno) {
            return File(path: path, status: try source.status(of: path, followingLinks: false))
        } catch {
            if error != .noSuchFileOrDirectory { unseen.append("\(path): \(error)") }
            return nil
        }
    }
}
