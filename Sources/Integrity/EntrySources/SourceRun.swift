import OpenSSL
import SystemPackage

/// One look at all that a source has, beside a manifest if there is one: what `TreeRun` is for folders.
struct SourceRun<Source: EntrySource>: Sendable {
    let source: Source
    let settings: TreeRunSettings
    var reading = ContentReading.all
    /// Of the whole content of what is new, in the order of `DigestAlgorithm.allCases`. Where all of them were stored with a content, it
    /// is not read.
    var digests: [DigestAlgorithm] = []
    var comparison = EntryComparison()
    var exclusions = Exclusions.none
    /// Whether outcomes come with the leaves of files.
    var keepsLeaves = false

    /// Waits for tasks, and is not for one.
    /// - Parameters:
    ///   - entries: what was recorded; nil where nothing was.
    ///   - sink: gets an outcome for each pair, in the order of the paths.
    func run(
        beside entries: consuming ManifestEntries?, _ sink: (PairOutcome) throws(IntegrityError) -> Void
    ) throws(IntegrityError) -> SourceNotes {
        let spool = keepsLeaves ? try LeafSpool(in: settings.scratchFolder) : nil
        var pairs = SourcePairs(entries, try SourceListing(source, exclusions, settings))
        var generator = SystemRandomNumberGenerator()
        var options = PipelineOptions()
        options.isCancelled = settings.isCancelled
        options.progress = settings.progress
        try OrderedPipeline<SourcePair, PairOutcome>(options).run(
            source: { () throws(IntegrityError) in
                guard var pair = try pairs.next() else { return nil }
                pair.reads = reading.picks(using: &generator)
                return pair
            },
            makeWorker: { [self] (crew) throws(IntegrityError) in try SourceExaminer(self, spool: spool, crew) },
            work: { (examiner: inout SourceExaminer<Source>, pair) throws(IntegrityError) in try examiner.examine(pair) },
            sink: sink)
        return SourceNotes(leftOutCount: pairs.leftOutCount, refused: pairs.refused)
    }
}
