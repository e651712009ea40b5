/// What comparing a tree with a manifest, or two manifests, came to.
public struct VerificationReport: Sendable, Hashable {
    /// So many verdicts are kept; all are counted.
    public static let maximumVerdictCount = 10_000

    public private(set) var counts: [Verdict: UInt64] = [:]
    /// All that are not intact, as far as they are kept, in the order of their paths.
    public private(set) var verdicts: [EntryVerdict] = []
    /// Bytes of content that were read.
    public internal(set) var readByteCount: UInt64 = 0
    /// Files whose content was read, or compared through a manifest.
    public internal(set) var readFileCount: UInt64 = 0
    /// Files whose content nobody looked at, because only a sample or the metadata was asked for.
    public internal(set) var unreadFileCount: UInt64 = 0
    /// Files whose content was not read, because a size or a checksum that was stored with it said enough.
    public internal(set) var toldFileCount: UInt64 = 0
    /// Entries of the manifest that were not compared, because there are none of their kind where was looked.
    public internal(set) var leftOutCount: UInt64 = 0
    /// Files of which a manifest's own leaves are damaged: it still says whether they changed, and not where.
    public private(set) var damagedLeavesCount: UInt64 = 0
    /// The manifests with damaged leaves.
    public private(set) var damagedManifests: Set<String> = []
    /// Names that no manifest can hold, as far as they are kept.
    public internal(set) var refusedPaths: [RefusedPath] = []
    public internal(set) var refusedPathCount: UInt64 = 0

    /// Entries of both sides together.
    public var entryCount: UInt64 { counts.values.reduce(0, +) }
    public var differenceCount: UInt64 { entryCount - self[.intact] }
    /// Whether something is damaged, and not merely different; also the manifest itself.
    public var isDamaged: Bool { damagedLeavesCount > 0 || counts.contains { $0.key.isDamage && $0.value > 0 } }

    public subscript(verdict: Verdict) -> UInt64 { counts[verdict] ?? 0 }

    mutating func add(_ verdict: EntryVerdict) {
        counts[verdict.verdict, default: 0] += 1
        if case .leavesDamaged(let manifest) = verdict.remark {
            damagedLeavesCount += 1
            damagedManifests.insert(manifest)
        }
        guard verdict.verdict != .intact else { return }
        verdicts.append(verdict)
        // What is damaged must be among those that are named, however much there is of the rest.
        if verdicts.count >= Self.maximumVerdictCount * 5 / 4 { keepMostImportant() }
    }

    mutating func finish() {
        keepMostImportant()
        verdicts.sort { $0.path < $1.path }
    }

    private mutating func keepMostImportant() {
        guard verdicts.count > Self.maximumVerdictCount else { return }
        verdicts.sort { ($0.severity, $1.path) > ($1.severity, $0.path) }
        verdicts.removeLast(verdicts.count - Self.maximumVerdictCount)
    }
}
