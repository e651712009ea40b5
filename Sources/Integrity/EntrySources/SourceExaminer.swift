import OpenSSL
import SystemPackage

/// What a worker does with each pair of a source's run: takes what was stored with the content for enough, or else reads it, and compares.
struct SourceExaminer<Source: EntrySource>: ~Copyable {
    private let source: Source
    private let run: SourceRun<Source>
    private let reader: SourceReader
    private var hasher: TreeHasher

    init(_ run: SourceRun<Source>, spool: LeafSpool?, _ crew: Crew) throws(IntegrityError) {
        // In a variable first: a value that cannot be copied is made whole or not at all.
        let hasher = try TreeHasher()
        source = run.source
        self.run = run
        reader = SourceReader(spool: spool, crew: crew)
        self.hasher = hasher
    }

    mutating func examine(_ pair: SourcePair) throws(IntegrityError) -> PairOutcome {
        guard let item = pair.new else { return PairOutcome(old: pair.old) }
        do throws(EntrySourceError) {
            return try look(at: item, pair)
        } catch {
            switch error {
            case .gone: return PairOutcome(old: pair.old)
            case .unreadable(let errno, let reason): return Self.unreadable(item, pair.old, errno, reason)
            case .failed(let error): throw error
            }
        }
    }

    private mutating func look(at item: SourceItem, _ pair: SourcePair) throws(EntrySourceError) -> PairOutcome {
        let old = pair.old
        var new = Self.entry(item)
        if let old, old.entry.type != .file || old.entry.unreadable != nil { return compared(old, new, .unknown) }
        // In vain where there is nothing to compare them with.
        if item.hasDigests, !(old?.entry.digests.isEmpty ?? run.digests.isEmpty) {
            let known = try description(of: item)
            new.byteCount = known.byteCount
            if let outcome = told(old, new, known.digests) { return outcome }
        }
        if let old, old.entry.root == nil, let before = old.entry.byteCount, before != new.byteCount {
            var outcome = compared(old, new, .different(ranges: [], keepsWholeLeaves: false, extends: false))
            outcome.isTold = true
            return outcome
        }
        guard pair.reads else {
            guard let old else { return PairOutcome(new: new) }
            return compared(old, new, .unknown)
        }
        return try read(item, pair, new)
    }

    // MARK: Without reading

    private static func entry(_ item: SourceItem) -> ManifestEntry {
        var entry = ManifestEntry(path: EntryPath(trusted: item.path), type: .file)
        entry.byteCount = item.byteCount
        return entry
    }

    private static func unreadable(_ item: SourceItem, _ old: ManifestEntries.Element?, _ errno: Errno, _ reason: String) -> PairOutcome {
        var new = entry(item)
        new.unreadable = errno
        var verdict = EntryVerdict(new.path, .unreadable, .file)
        (verdict.byteCount, verdict.newByteCount) = (old?.entry.byteCount, new.byteCount)
        (verdict.errno, verdict.remark) = (errno, .notGiven(reason))
        return PairOutcome(old: old, new: new, verdict: verdict, wasRead: true)
    }

    private func compared(_ old: ManifestEntries.Element, _ new: ManifestEntry, _ relation: ContentRelation) -> PairOutcome {
        PairOutcome(old: old, new: new, verdict: run.comparison.verdict(old.entry, new, relation))
    }

    private func description(of item: SourceItem) throws(EntrySourceError) -> SourceDescription {
        let outcome: Result<SourceDescription, EntrySourceError> = TaskWait.value { [source] in
            do throws(EntrySourceError) {
                return .success(try await source.description(of: item))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// What digests that were stored with a content say.
    /// - Returns: nil when that is not enough.
    private func told(_ old: ManifestEntries.Element?, _ new: ManifestEntry, _ digests: [ContentDigest]) -> PairOutcome? {
        var new = new
        if let old {
            new.digests = digests
            // How a content became longer or shorter, its leaves may tell.
            let isSameSize = old.entry.byteCount == nil || old.entry.byteCount == new.byteCount
            guard isSameSize, let isSame = LeafComparison.isSame(old.entry, new) else { return nil }
            var outcome = compared(old, new, isSame ? .same : .different(ranges: [], keepsWholeLeaves: false, extends: false))
            outcome.isTold = true
            return outcome
        }
        new.digests = run.digests.compactMap { algorithm in digests.first { $0.algorithm == algorithm } }
        guard !new.digests.isEmpty, new.digests.count == run.digests.count else { return nil }
        return PairOutcome(new: new, isTold: true)
    }

    // MARK: Reading

    private mutating func read(_ item: SourceItem, _ pair: SourcePair, _ entry: ManifestEntry) throws(EntrySourceError) -> PairOutcome {
        let content = try content(of: item, pair.old)
        var new = entry
        (new.byteCount, new.root, new.digests) = (content.byteCount, content.root, content.digests)
        var outcome = PairOutcome(old: pair.old, new: new, leaves: content.leaves, wasRead: true)
        guard let old = pair.old else { return outcome }
        do throws(IntegrityError) {
            outcome.verdict = run.comparison.verdict(old.entry, new, try old.relation(to: new, content, &hasher))
        } catch {
            throw .failed(error)
        }
        return outcome
    }

    /// The digest by which a content is judged of which there is no tree.
    private static func judging(_ old: ManifestEntry) -> [DigestAlgorithm] {
        guard old.root == nil, let strongest = old.digests.map(\.algorithm).strongest else { return [] }
        return [strongest]
    }

    private func content(of item: SourceItem, _ old: ManifestEntries.Element?) throws(EntrySourceError) -> ContentExamination {
        let digests = old.map { Self.judging($0.entry) } ?? run.digests
        let expectation = old.map {
            ContentExpectation(byteCount: $0.entry.byteCount, root: $0.entry.root, digests: [], leaves: $0.leaves)
        }
        let outcome: Result<ContentExamination, EntrySourceError> = TaskWait.value { [source, reader] in
            do throws(EntrySourceError) {
                return .success(try await reader.read(try await source.open(item), digests, expectation))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
