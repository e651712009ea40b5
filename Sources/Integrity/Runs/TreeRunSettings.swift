public import SystemPackage

/// What surrounds a run over a tree: where it may put what does not fit into memory, and how its caller watches and stops it.
public struct TreeRunSettings: Sendable {
    /// For sorting, and for hashes of very large files. Files in it have no names and are gone with the run.
    public var scratchFolder: FilePath
    /// Files that the walk passes over without a word, wherever they are in the tree: the manifest itself.
    public var leftOut: [FilePath] = []
    /// The same by what identifies them, for those that are open.
    var leftOutFiles: Set<FileID> = []
    /// Opens sealed files to see whether a key does; nil to leave them closed.
    public var sealedFiles: SealedFileCheck?
    /// Asked often; the run then throws `cancelled`.
    public var isCancelled: @Sendable () -> Bool = { false }
    /// Told about ten times a second how many entries are done, and how many bytes of content were read.
    public var progress: @Sendable (_ entryCount: UInt64, _ byteCount: UInt64) -> Void = { _, _ in }

    public init(scratchFolder: FilePath) { self.scratchFolder = scratchFolder }

    /// The same, which stops for another reason, too.
    func stopping(when isCancelled: @escaping @Sendable () -> Bool) -> TreeRunSettings {
        var copy = self
        let own = self.isCancelled
        copy.isCancelled = { own() || isCancelled() }
        return copy
    }

    func check() throws(IntegrityError) {
        if isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
    }
}

/// How much of the contents a run reads.
public enum ContentReading: Sendable, Hashable {
    case all
    /// None: sizes and metadata have to do.
    case none
    /// Of each file with this probability.
    case sample(Double)
    /// Of those whose size, times, device or inode are not what was recorded.
    case changed

    /// Whether one of the files is read. For `changed`, more than this has to be known.
    func picks(using generator: inout some RandomNumberGenerator) -> Bool {
        switch self {
        case .all, .changed: true
        case .none: false
        case .sample(let fraction): Double.random(in: 0..<1, using: &generator) < fraction
        }
    }
}
