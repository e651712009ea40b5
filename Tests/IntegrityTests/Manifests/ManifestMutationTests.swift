import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

@Suite("Mutated trees")
struct ManifestMutationTests {
    private static let treeCount = 22

    @Test("every entry of a tree that something happened to gets the one verdict that says what", arguments: 0..<10 as Range<UInt64>)
    func verdicts(batch: UInt64) async throws {
        let (keys, signer) = try await ProofManifest.signer()
        var met: Set<ProofMutation> = []
        for number in 0..<Self.treeCount {
            let seed = batch * UInt64(Self.treeCount) + UInt64(number)
            met.formUnion(try await Case(seed: seed, isCopy: number % 4 == 3, signer).run())
        }
        withExtendedLifetime(keys) {}
        let possible = ProofMutation.allCases.filter { kind in
            switch kind {
            case .setOwner: geteuid() == 0
            case .setAttribute, .removeAttribute: ProofAttributes.areSupported
            default: true
            }
        }
        #expect(met == Set(possible), "a kind of mutation was never met")
    }
}

/// One tree, its manifest, and what happened to it.
private struct Case {
    let seed: UInt64
    let isCopy: Bool
    let folder: TemporaryFolder
    let manifest: ProofManifest
    let subject: ProofRoot
    /// As recorded.
    let old: ProofTree
    var generator: ProofGenerator

    init(seed: UInt64, isCopy: Bool, _ signer: ManifestSigner) async throws {
        (self.seed, self.isCopy) = (seed, isCopy)
        generator = ProofGenerator(seed: seed)
        folder = try TemporaryFolder()
        let root = try folder.root("tree")
        try root.build(try generator.tree())
        manifest = ProofManifest(folder.file("manifest"), of: root, signedBy: signer)
        let summary = try await manifest.create()
        #expect(summary.report.verdicts.isEmpty)
        old = try root.scan()
        #expect(summary.lineage.checkpoint.entryCount == UInt64(old.count))
        subject = isCopy ? try folder.root("copy") : root
        if isCopy { try subject.build(old) }
    }

    /// - Returns: which mutations there were.
    func run() async throws -> Set<ProofMutation> {
        try await requireIntact()
        var mutator = try ProofMutator(subject, isCopy: isCopy, generator)
        for _ in 0..<10 {
            let kinds = ProofMutation.allCases
            try mutator.apply(kinds[Int.random(in: 0..<kinds.count, using: &mutator.generator.random)])
        }
        let new = try subject.scan()
        let disk = ProofTreeCalls(disk: ProofDisk(mutator.faults))
        let full = try await manifest.verify(disk, of: subject)
        let oracle = ProofOracle(old, new, mutator.faults)
        check(full, oracle, "verify")
        checkClaims(mutator.claims, full)
        check(try await manifest.verify(disk, of: subject, reading: .none), ProofOracle(old, new, mutator.faults, reading: .none), "quick")
        try await update(new, mutator.faults)
        return Set(mutator.done.keys)
    }

    private func requireIntact() async throws {
        for reading in [ContentReading.all, .none] {
            let report = try await manifest.verify(SystemTreeCalls(), of: subject, reading: reading)
            #expect(report.counts == [.intact: UInt64(old.count)], "seed \(seed), untouched")
        }
    }

    /// What nobody wrote to keeps what was recorded of it; all else is accepted.
    private func update(_ new: ProofTree, _ faults: ProofDisk.Faults) async throws {
        var rotten = ProofDisk.Faults()
        // What rots in a copy is met for the first time, as other content.
        if !isCopy { rotten.rotten = faults.rotten }
        let disk = ProofTreeCalls(disk: ProofDisk(rotten))
        var next = ProofManifest(manifest.file, of: subject, signedBy: manifest.signer)
        next.time = "2026-11-28T15:00:00Z"
        let before = try next.open()
        let summary = try await next.update(disk)
        check(summary.report, ProofOracle(old, new), "update")
        let after = try next.open()
        #expect(after.checkpoint.sequence == before.checkpoint.sequence + 1)
        #expect(after.lineage.ancestors == before.lineage.ancestors + [before.checkpoint])
        #expect(after.checkpoint.manifestID == before.checkpoint.manifestID)
        let report = try await next.verify(disk)
        let rotted = new.filter { rotten.rotten[$0.value.file] != nil }.keys
        #expect(Set(report.verdicts.map(\.path)) == Set(rotted), "seed \(seed), after update")
        #expect(report.verdicts.allSatisfy { $0.verdict == .rotted }, "seed \(seed), after update")
        #expect(report[.intact] == UInt64(new.count - rotted.count), "seed \(seed), after update")
    }

    // MARK: Against the oracle

    private func check(_ report: VerificationReport, _ oracle: ProofOracle, _ what: String) {
        let expected = oracle.expectations()
        var moves: [EntryPath: EntryPath] = [:]
        var found: [EntryPath: EntryVerdict] = [:]
        for verdict in report.verdicts {
            #expect(found.updateValue(verdict, forKey: verdict.path) == nil, "seed \(seed), \(what): \(verdict.path) has two verdicts")
            if let new = verdict.newPath { moves[verdict.path] = new }
        }
        for (path, expectation) in expected { check(found[path], expectation, "seed \(seed), \(what): \(path)") }
        let leftovers = oracle.leftovers()
        checkMoves(moves, oracle, leftovers, "seed \(seed), \(what)")
        for path in leftovers.old where moves[path] == nil { #expect(found[path]?.verdict == .removed, "seed \(seed), \(what): \(path)") }
        for path in leftovers.new.subtracting(moves.values) { #expect(found[path]?.verdict == .added, "seed \(seed), \(what): \(path)") }
        // Exactly one verdict for each path of the union: a move is one for two.
        let count = expected.count + leftovers.old.count + leftovers.new.count - moves.count
        #expect(report.entryCount == UInt64(count), "seed \(seed), \(what)")
    }

    private func check(_ verdict: EntryVerdict?, _ expected: ProofOracle.Expectation, _ text: String) {
        guard expected.verdict != .intact else { return #expect(verdict == nil, "\(text): \(verdict?.verdict.rawValue ?? "")") }
        #expect(verdict?.verdict == expected.verdict, "\(text)")
        #expect(verdict?.ranges == expected.ranges, "\(text)")
        #expect((verdict?.remark == .modificationTimeKept) == expected.isTimeKept, "\(text)")
    }

    /// Each half is in one pair, each pair is one, and no pair was missed.
    private func checkMoves(
        _ moves: [EntryPath: EntryPath], _ oracle: ProofOracle, _ leftovers: (old: Set<EntryPath>, new: Set<EntryPath>), _ text: String
    ) {
        #expect(Set(moves.values).count == moves.count, "\(text): two entries are at one place")
        func isSameFile(_ old: EntryPath, _ new: EntryPath) -> Bool {
            guard let before = oracle.old[old], let after = oracle.new[new] else { return false }
            return oracle.isSameFile(before, after)
        }
        func isSameContent(_ old: EntryPath, _ new: EntryPath) -> Bool {
            guard let before = oracle.old[old], let after = oracle.new[new] else { return false }
            return oracle.isSameContent(before, after)
        }
        for (old, new) in moves {
            #expect(leftovers.old.contains(old) && leftovers.new.contains(new), "\(text): \(old)")
            #expect(isSameFile(old, new) || isSameContent(old, new), "\(text): \(old) is not at \(new)")
        }
        let loneOld = leftovers.old.filter { moves[$0] == nil }
        let loneNew = leftovers.new.subtracting(moves.values)
        for old in loneOld {
            let missed = loneNew.filter { isSameFile(old, $0) || isSameContent(old, $0) }
            #expect(missed.isEmpty, "\(text): \(old) is at \(missed)")
        }
        // The same file goes before the same content.
        for (old, new) in moves where !isSameFile(old, new) {
            #expect(!loneNew.contains { isSameFile(old, $0) }, "\(text): \(old)")
        }
    }

    private func checkClaims(_ claims: [EntryPath: Verdict], _ report: VerificationReport) {
        let found = Dictionary(uniqueKeysWithValues: report.verdicts.map { ($0.path, $0.verdict) })
        for (path, verdict) in claims { #expect(found[path] ?? .intact == verdict, "seed \(seed): \(path)") }
    }
}
