import SystemPackage

/// Compares two manifests without looking at a tree.
struct ManifestComparison: Sendable {
    let comparison: EntryComparison
    /// Whether a folder that is on one side only is passed over, because nothing is known of folders on the other.
    var passesFolders = false
    /// For what has to be sorted outside of memory.
    let scratchFolder: FilePath

    /// - Parameter check: called now and then; throws to give up.
    /// - Throws: `damaged` when one of the manifests is not what was signed.
    func report(
        _ old: consuming ManifestEntries, _ new: consuming ManifestEntries, _ check: () throws(IntegrityError) -> Void = {}
    ) throws(IntegrityError) -> VerificationReport {
        var report = VerificationReport()
        var hasher = try TreeHasher()
        var moves = MoveFinder(digest: nil, comparison: comparison, scratchFolder: scratchFolder)
        var (left, right) = (try old.next(), try new.next())
        var count: UInt64 = 0
        while left != nil || right != nil {
            if count & 0xFFFF == 0 { try check() }
            count += 1
            if let before = left, right.map({ before.entry.path < $0.entry.path }) ?? true {
                if !passesFolders || before.entry.type != .folder { try moves.add(before.entry, .old) }
                left = try old.next()
            } else if let after = right, left.map({ after.entry.path < $0.entry.path }) ?? true {
                if !passesFolders || after.entry.type != .folder { try moves.add(after.entry, .new) }
                right = try new.next()
            } else if let before = left, let after = right {
                report.add(try verdict(before, after, &hasher))
                (left, right) = (try old.next(), try new.next())
            }
        }
        try moves.finish { (verdict) in report.add(verdict) }
        report.finish()
        return report
    }

    private func verdict(
        _ old: ManifestEntries.Element, _ new: ManifestEntries.Element, _ hasher: inout TreeHasher
    ) throws(IntegrityError) -> EntryVerdict {
        comparison.verdict(old.entry, new.entry, try relation(old, new, &hasher))
    }

    private func relation(
        _ old: ManifestEntries.Element, _ new: ManifestEntries.Element, _ hasher: inout TreeHasher
    ) throws(IntegrityError) -> ContentRelation {
        if LeafComparison.isSame(old.entry, new.entry) == false {
            for element in [old, new] {
                if let name = try element.manifestWithDamagedLeaves(&hasher) { return .differentSomewhere(damagedManifest: name) }
            }
        }
        return try LeafComparison.relation(old.entry, old.leaves, new.entry, new.leaves)
    }
}
