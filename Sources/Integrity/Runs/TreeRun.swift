import Envelope
import OpenSSL
import SystemPackage

/// One walk through a folder, beside a manifest if there is one: the engine of making, verifying and updating manifests.
struct TreeRun<Calls: TreeCalls>: Sendable {
    let folder: FilePath
    let settings: TreeRunSettings
    let calls: Calls
    var reading = ContentReading.all
    /// Asked before a content is read, with what was recorded of the entry; nil for a new one.
    var isWanted: @Sendable (ManifestEntry?) -> Bool = { _ in true }
    /// Of the whole content of each file, to be recorded.
    var digests: [DigestAlgorithm] = []
    var comparison = EntryComparison()
    var exclusions = Exclusions.none
    var oneFileSystem = false
    /// Whether outcomes come with the leaves of files.
    var keepsLeaves = false

    /// - Parameters:
    ///   - entries: what was recorded; nil where nothing was.
    ///   - sink: gets an outcome for each pair, in the order of the paths.
    func run(
        beside entries: consuming ManifestEntries?, _ sink: (PairOutcome) throws(IntegrityError) -> Void
    ) throws(IntegrityError) {
        let walk = try TreeWalk(folder, try walkOptions(), calls)
        let spool = keepsLeaves ? try LeafSpool(in: settings.scratchFolder) : nil
        var pairs = EntryPairs(entries, walk)
        var generator = SystemRandomNumberGenerator()
        var options = PipelineOptions()
        options.isCancelled = settings.isCancelled
        options.progress = settings.progress
        try OrderedPipeline<EntryPair, PairOutcome>(options, cost: { $0.new?.folder == nil ? 1 : 8 }).run(
            source: { () throws(IntegrityError) in
                guard var pair = try pairs.next() else { return nil }
                pair.reads = isWanted(pair.old?.entry) && reading.picks(using: &generator)
                return pair
            },
            makeWorker: { [self] (crew) throws(IntegrityError) in try PairExaminer(self, spool: spool, crew) },
            work: { (examiner: inout PairExaminer<Calls>, pair) throws(IntegrityError) in try examiner.examine(pair) },
            sink: sink)
    }

    private func walkOptions() throws(IntegrityError) -> WalkOptions {
        var options = WalkOptions()
        options.exclusions = exclusions
        options.staysOnFileSystem = oneFileSystem
        options.scratchFolder = settings.scratchFolder
        options.leftOut = settings.leftOutFiles
        for path in settings.leftOut {
            do throws(Errno) {
                let status = try SystemFileCalls().status(at: path)
                options.leftOut.insert(FileID(device: status.device, inode: status.inode))
            } catch {
                // What is not there cannot be met; what cannot be looked at, neither.
                continue
            }
        }
        return options
    }
}

extension Exclusions {
    init(_ options: ManifestOptions) throws(IntegrityError) {
        var patterns: [GlobPattern] = []
        for text in options.exclusions { patterns.append(try GlobPattern(text)) }
        self.init(patterns)
    }
}
