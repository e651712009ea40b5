public import KeyStore
import SystemPackage

/// A seal, and its key file if it has one.
public struct SealFacts: Sendable {
    public struct KeyFile: Sendable {
        public var path: String
        /// nil if there is no such file.
        public var status: Observation<FileStatus?>
        public var disk: Observation<DiskFacts>

        public init(path: String, status: Observation<FileStatus?>, disk: Observation<DiskFacts>) {
            self.path = path
            self.status = status
            self.disk = disk
        }
    }

    public var id: String
    public var kind: SealKind
    public var label: String
    public var creationDate: Timestamp
    public var keyFile: KeyFile?

    public init(id: String, kind: SealKind, label: String, creationDate: Timestamp, keyFile: KeyFile? = nil) {
        self.id = id
        self.kind = kind
        self.label = label
        self.creationDate = creationDate
        self.keyFile = keyFile
    }

    public init(_ seal: SealDescription, reading source: some MachineSource) {
        self.init(
            id: seal.id, kind: seal.kind, label: seal.label, creationDate: seal.creationDate,
            keyFile: seal.keyFilePath.map { KeyFile($0, reading: source) })
    }
}

extension SealFacts.KeyFile {
    init(_ path: String, reading source: some MachineSource) {
        let status = Observation<FileStatus?>.reading(path) { path throws(Errno) in
            do throws(Errno) {
                return try source.status(of: path, followingLinks: true)
            } catch {
                guard error == .noSuchFileOrDirectory || error == .notDirectory else { throw error }
                return nil
            }
        }
        self.init(path: path, status: status, disk: DiskSearch(source: source).disk(of: path))
    }
}
