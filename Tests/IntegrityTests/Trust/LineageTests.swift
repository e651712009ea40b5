import Testing

@testable import Integrity

@Suite("Lineage")
struct LineageTests {
    @Test("a chain of any length up to the bound is whole", arguments: [UInt64(0), 1, 5, 1024])
    func whole(last: UInt64) throws {
        let lineage = try TrustSample.lineage(0...last)
        try lineage.check()
        #expect(lineage.ancestors.count == Int(last))
    }

    @Test("a chain that is longer than the bound begins later, and carries 1024 heads on")
    func cut() throws {
        let lineage = try TrustSample.lineage(2...1026)
        try lineage.check()
        #expect(lineage.predecessorsOfNext.count == 1024)
        #expect(try lineage.predecessorsOfNext.first.map { try Checkpoint(parsing: $0.text).sequence } == 3)
        #expect(lineage.predecessorsOfNext.last == lineage.note)
        #expect(try TrustSample.lineage(0...0).predecessorsOfNext.count == 1)
        #expect(throws: IntegrityError(.damaged, "")) { try TrustSample.lineage(3...1026).check() }
        #expect(throws: IntegrityError(.malformed, "")) { try TrustSample.lineage(1...1026) }
    }

    @Test("a chain of which any part is missing, doubled or out of place is broken")
    func broken() throws {
        let chain = try TrustSample.chain(0...4)
        let cases: [(String, [Checkpoint])] = [
            ("without the first", Array(chain[1...])), ("without a middle one", [chain[0], chain[1], chain[3], chain[4]]),
            ("without any", [chain[4]]), ("doubled", [chain[0], chain[1], chain[1], chain[2], chain[3], chain[4]]),
            ("swapped", [chain[0], chain[2], chain[1], chain[3], chain[4]]), ("with one too many", [chain[0], chain[1], chain[0]]),
            ("after itself", [chain[0], chain[0]]),
        ]
        for (what, checkpoints) in cases {
            #expect(throws: IntegrityError(.damaged, ""), "\(what)") { try TrustSample.lineage(checkpoints).check() }
        }
    }

    @Test("a head of another tree, or of another chain, does not belong")
    func foreign() throws {
        let chain = try TrustSample.chain(0...2)
        let other = try #require(ManifestID([UInt8](repeating: 7, count: 16)))
        let stranger = try TrustSample.checkpoint(
            id: other, root: chain[1].root, time: chain[1].time.description, sequence: 1, previous: chain[0].root)
        #expect(throws: IntegrityError(.damaged, "")) { try TrustSample.lineage([chain[0], stranger, chain[2]]).check() }
        let fork = try TrustSample.chain(0...2, branch: (1, 1))
        #expect(throws: IntegrityError(.damaged, "")) { try TrustSample.lineage([chain[0], fork[1], chain[2]]).check() }
        #expect(throws: IntegrityError(.damaged, "")) { try TrustSample.lineage([chain[0], chain[1], fork[2]]).check() }
    }

    @Test("a clock that was set back is said to be, and one that stands still is fine")
    func time() throws {
        let first = try TrustSample.checkpoint(time: "2026-11-28T14:00:00Z")
        func next(_ time: String) throws -> Lineage {
            try TrustSample.lineage([
                first, try TrustSample.checkpoint(root: TrustSample.root(1), time: time, sequence: 1, previous: first.root),
            ])
        }
        try next("2026-11-28T14:00:00Z").check()
        let error = #expect(throws: IntegrityError.self) { try next("2026-11-28T13:59:59Z").check() }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("the clock was set back") == true)
    }

    @Test("every head has to be signed by a trusted key")
    func signatures() throws {
        let chain = try TrustSample.chain(0...2)
        let (one, two) = (TrustTestKey.first, TrustTestKey.second)
        let mixed = try Lineage(note: try one.sign(chain[2]), predecessors: [try one.sign(chain[0]), try two.sign(chain[1])])
        try mixed.check()
        #expect(try mixed.verify(by: [try two.signer(), try one.signer()]) == one.signer())
        let error = #expect(throws: IntegrityError.self) { try mixed.verify(by: [try one.signer()]) }
        #expect(error?.code == .unknownSigner)
        #expect(error?.message.contains("manifest 1 of") == true)

        let unsigned = try Lineage(note: try one.sign(chain[1]), predecessors: [try SignedNote.unsigned(chain[0])])
        #expect(throws: IntegrityError(.notSigned, "")) { try unsigned.verify(by: [try one.signer()]) }
        let forged = try SignedNote(text: chain[0].text, signatures: try one.sign(chain[1]).signatures)
        let edited = try Lineage(note: try one.sign(chain[1]), predecessors: [forged])
        #expect(throws: IntegrityError(.invalidSignature, "")) { try edited.verify(by: [try one.signer()]) }
    }
}
