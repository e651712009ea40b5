import SystemPackage

@testable import Integrity

/// What the verdicts on a tree have to be, from the meaning of the verdicts (Docs/Formats and the documentation of `Verdict`) and from
/// everything that is known of both states. It knows contents whole, no hashes, and nothing of how a manifest is compared.
struct ProofOracle {
    enum Reading { case all, none }

    struct Expectation: Hashable {
        var verdict: Verdict
        var ranges: [Range<UInt64>] = []
        var isTimeKept = false
    }

    let old: ProofTree
    let new: ProofTree
    let faults: ProofDisk.Faults
    var reading = Reading.all
    private let leaf = UInt64(LeafLayout.leafByteCount)

    init(_ old: ProofTree, _ new: ProofTree, _ faults: ProofDisk.Faults = ProofDisk.Faults(), reading: Reading = .all) {
        (self.old, self.new, self.faults, self.reading) = (old, new, faults, reading)
    }

    /// Of all paths but those that may be one half of a move: those are `leftovers`.
    func expectations() -> [EntryPath: Expectation] {
        var expected: [EntryPath: Expectation] = [:]
        for (path, before) in old {
            if isHidden(path) {
                expected[path] = Expectation(verdict: .unreadable)
            } else if let after = new[path] {
                expected[path] = verdict(before, after)
            }
        }
        for (path, after) in new where old[path] == nil && !isHidden(path) {
            if let ranges = unreadable(after, isRead: reading == .all) {
                expected[path] = Expectation(verdict: .unreadable, ranges: ranges)
            }
        }
        return expected
    }

    /// Paths that only the manifest, and only the tree has, and that are not unreadable.
    func leftovers() -> (old: Set<EntryPath>, new: Set<EntryPath>) {
        let gone = old.keys.filter { new[$0] == nil && !isHidden($0) }
        let come = new.keys.filter { path in
            guard old[path] == nil, !isHidden(path), let state = new[path] else { return false }
            return unreadable(state, isRead: reading == .all) == nil
        }
        return (Set(gone), Set(come))
    }

    /// Whether it lies below a folder that nobody can look into.
    private func isHidden(_ path: EntryPath) -> Bool {
        new.contains { folder, state in
            faults.unopenable[state.file] != nil && state.type == .folder && path.bytes.starts(with: folder.bytes + [0x2F])
        }
    }

    // MARK: Moves

    /// Whether both are the same file at two places, as the file system says.
    func isSameFile(_ before: ProofState, _ after: ProofState) -> Bool {
        before.type == after.type && before.file == after.file && before.modified == after.modified
            && before.content.count == after.content.count && (reading == .none || before.content == content(after))
    }

    /// Whether both hold the same, and so much that this is no accident.
    func isSameContent(_ before: ProofState, _ after: ProofState) -> Bool {
        reading == .all && before.type == .file && after.type == .file && !before.content.isEmpty && before.content == content(after)
    }

    // MARK: One entry

    private func verdict(_ before: ProofState, _ after: ProofState) -> Expectation {
        if before.type != after.type { return Expectation(verdict: .typeChanged) }
        if let ranges = unreadable(after, isRead: isRead(before, after)) { return Expectation(verdict: .unreadable, ranges: ranges) }
        if before.type == .file, let other = contentVerdict(before, after) { return other }
        return Expectation(verdict: hasOtherMetadata(before, after) ? .metadataChanged : .intact)
    }

    /// The content as the disk gives it.
    private func content(_ state: ProofState) -> [UInt8] {
        var content = state.content
        for byte in faults.rotten[state.file] ?? [] { content[Int(byte)] ^= 0x20 }
        return content
    }

    /// Whether the content is looked at: always, or when only the change time says that something happened.
    private func isRead(_ before: ProofState, _ after: ProofState) -> Bool {
        if reading == .all { return true }
        return before.type == .file && after.type == .file && before.file == after.file && before.content.count == after.content.count
            && before.permissions == after.permissions && before.user == after.user && before.group == after.group
            && before.modified == after.modified && before.changed != after.changed
    }

    /// nil for what can be read.
    private func unreadable(_ state: ProofState, isRead: Bool) -> [Range<UInt64>]? {
        if state.type == .folder { return faults.unopenable[state.file] == nil ? nil : [] }
        guard state.type == .file, isRead else { return nil }
        if faults.unopenable[state.file] != nil { return [] }
        guard let (range, _) = faults.unreadable[state.file], range.lowerBound < state.content.count else { return nil }
        return coalesced(leaves(UInt64(state.content.count)).filter { $0.overlaps(range) })
    }

    private func hasOtherMetadata(_ before: ProofState, _ after: ProofState) -> Bool {
        let hasTime = before.type == .file || before.type == .symbolicLink
        return (before.type != .symbolicLink && before.permissions != after.permissions) || before.user != after.user
            || before.group != after.group || (hasTime && before.modified != after.modified) || before.target != after.target
            || before.attributes != after.attributes
    }

    /// nil where the content is what it was, or nobody looked.
    private func contentVerdict(_ before: ProofState, _ after: ProofState) -> Expectation? {
        let (was, now) = (before.content, content(after))
        guard isRead(before, after) else { return was.count == now.count ? nil : Expectation(verdict: .modified) }
        if was == now { return nil }
        var found = Expectation(verdict: .modified, ranges: ranges(was, now))
        let isTimeSame = before.modified == after.modified
        if now.count < was.count {
            let whole = now.count / Int(leaf) * Int(leaf)
            let isCut = now.isEmpty || now.count >= Int(leaf) || isTimeSame
            if isCut, was[..<whole] == now[..<whole] { found.verdict = .truncated }
        } else if now.count > was.count {
            if now.starts(with: was) { found.verdict = .extended }
        } else if isTimeSame {
            // A copy, or the same file that nobody wrote to.
            let isUntouched = before.file != after.file || before.changed == after.changed
            if isUntouched { found.verdict = .rotted } else { found.isTimeKept = true }
        }
        return found
    }

    /// Leaves of what was recorded that are wholly there and others.
    private func ranges(_ was: [UInt8], _ now: [UInt8]) -> [Range<UInt64>] {
        coalesced(
            leaves(UInt64(was.count)).filter { range in
                let bytes = Int(range.lowerBound)..<Int(range.upperBound)
                return bytes.upperBound <= now.count && was[bytes] != now[bytes]
            })
    }

    private func leaves(_ count: UInt64) -> [Range<UInt64>] {
        stride(from: 0, to: count, by: Int(leaf)).map { $0..<min($0 + leaf, count) }
    }

    private func coalesced(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        var result: [Range<UInt64>] = []
        for range in ranges {
            if let last = result.last, last.upperBound == range.lowerBound {
                result[result.count - 1] = last.lowerBound..<range.upperBound
            } else {
                result.append(range)
            }
        }
        return result
    }
}
