public import OpenSSL
public import SystemPackage

/// Makes a manifest of a list of checksums. Its entries are files, of which the digests are known, and of hashdeep's lists the sizes.
///
/// A list says what somebody else found; the manifest says the same, and its signature that the list was this one. Nothing in it is
/// passed over: a line that cannot be read, a path that leads out of a tree, or two digests for one file refuse the whole list.
public struct ManifestImporter: Sendable {
    public struct Summary: Sendable {
        public let lineage: Lineage
        /// Lines that said of a file what others had said.
        public let repeatedCount: UInt64
    }

    private let list: FilePath
    private let algorithms: [DigestAlgorithm]
    private let head: NewManifestHead
    private let scratchFolder: FilePath

    /// - Parameters:
    ///   - algorithms: the only ones that lines may have; all when it is empty. It tells SHA-512 from BLAKE2b where the list does not.
    ///   - head: its options are those of a list, whatever they are here.
    ///   - scratchFolder: for sorting what does not fit into memory.
    public init(list: FilePath, algorithms: [DigestAlgorithm] = [], head: NewManifestHead, scratchFolder: FilePath) {
        self.list = list
        self.algorithms = algorithms
        self.head = head
        self.scratchFolder = scratchFolder
    }

    /// - Throws: `notFound`, `unreadable` of the list; `malformed` and `unsafePath` with the numbers of lines; `newerFormat`, `unsupported`
    ///   of a bag; `outputExists`, `unwritable`; `keyService`; `cancelled`.
    public func create(_ target: NewManifestFile) async throws(IntegrityError) -> Summary {
        try await create(target, budget: ImportedEntries.budget)
    }

    func create(_ target: NewManifestFile, budget: Int) async throws(IntegrityError) -> Summary {
        let output = try ManifestOutput(target)
        let recording = try await OwnThread.run { [self] (isCancelled) throws(IntegrityError) in
            try record(output, budget: budget, isCancelled)
        }
        var head = head
        head.options = ManifestOptions(digests: DigestAlgorithm.allCases.filter(recording.algorithms.contains), filesOnly: true)
        return Summary(lineage: try await output.finish(head, after: nil), repeatedCount: recording.repeatedCount)
    }

    private struct Recording: Sendable {
        var algorithms: Set<DigestAlgorithm> = []
        var repeatedCount: UInt64 = 0
    }

    private func record(
        _ output: ManifestOutput, budget: Int, _ isCancelled: () -> Bool
    ) throws(IntegrityError) -> Recording {
        let reader = try ImportedListReader(list, algorithms)
        var entries = ImportedEntries(name: reader.name, budget: budget, scratchFolder: scratchFolder)
        var recording = Recording()
        var count: UInt64 = 0
        while let line = try reader.next() {
            if count & 0xFFFF == 0, isCancelled() { throw IntegrityError(.cancelled, "cancelled") }
            count += 1
            recording.algorithms.formUnion(line.entry.digests.map(\.algorithm))
            try entries.append(line)
        }
        guard count > 0 else { throw IntegrityError(.malformed, "\(reader.name): has no line that says what a file is") }
        recording.repeatedCount = try entries.finish { (entry) throws(IntegrityError) in try output.append(entry, leaves: .none) }
        return recording
    }
}
