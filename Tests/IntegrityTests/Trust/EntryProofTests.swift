import AgeFormat
import OpenSSL
import Testing

@testable import Integrity

@Suite("Entry proof")
struct EntryProofTests {
    /// A manifest of a few entries, and the proof of one.
    static func proof(_ index: Int = 2, of entries: [[UInt8]] = ["a", "b", "c", "d", "e"].map { Array($0.utf8) }) throws -> EntryProof {
        var hasher = try TreeHasher()
        var builder = InclusionProofBuilder(index: UInt64(index))
        var tree = MerkleAccumulator()
        for entry in entries {
            let leaf = try hasher.leaf(entry.bytes)
            try builder.append(leaf, &hasher)
            try tree.append(leaf, &hasher)
        }
        let checkpoint = try TrustSample.checkpoint(entryCount: UInt64(entries.count), root: try tree.root(&hasher))
        return try EntryProof(
            entry: entries[index], index: UInt64(index), path: try builder.finish(&hasher).path,
            note: try TrustTestKey.first.sign(checkpoint))
    }

    private let signers: [TrustedSigner]

    init() throws { signers = [try TrustTestKey.first.signer()] }

    @Test("a proof is read as it was written, and gives the entry and its manifest", arguments: 0..<5)
    func roundTrip(index: Int) throws {
        let proof = try Self.proof(index)
        let read = try EntryProof(parsing: proof.bytes)
        #expect(read == proof)
        #expect(read.bytes == proof.bytes)
        let proven = try read.verify(by: signers)
        #expect(proven.entry == [UInt8(0x61 + index)])
        #expect(proven.checkpoint.entryCount == 5)
        #expect(proven.signer.name == TrustTestKey.first.name)
    }

    @Test("the only entry of a manifest needs no hashes")
    func single() throws {
        let proof = try Self.proof(0, of: [[1, 2, 3]])
        #expect(proof.path.isEmpty)
        #expect(try EntryProof(parsing: proof.bytes).verify(by: signers).entry == [1, 2, 3])
    }

    @Test("an entry, an index, a hash or a head that was changed proves nothing")
    func changed() throws {
        let proof = try Self.proof()
        let other = try Self.proof(2, of: ["x", "y", "c", "z", "w"].map { Array($0.utf8) })
        var path = proof.path
        path.swapAt(0, 1)
        let cases: [(String, EntryProof, IntegrityError.Code)] = [
            ("entry", try EntryProof(entry: [0x78], index: 2, path: proof.path, note: proof.note), .damaged),
            ("index", try EntryProof(entry: proof.entry, index: 3, path: proof.path, note: proof.note), .damaged),
            ("last index", try EntryProof(entry: proof.entry, index: 4, path: proof.path, note: proof.note), .malformed),
            ("no index", try EntryProof(entry: proof.entry, index: 5, path: proof.path, note: proof.note), .malformed),
            ("order", try EntryProof(entry: proof.entry, index: 2, path: path, note: proof.note), .damaged),
            ("a hash less", try EntryProof(entry: proof.entry, index: 2, path: proof.path.dropLast(), note: proof.note), .malformed),
            ("a hash more", try EntryProof(entry: proof.entry, index: 2, path: proof.path + [.zero], note: proof.note), .malformed),
            ("manifest", try EntryProof(entry: proof.entry, index: 2, path: proof.path, note: other.note), .damaged),
        ]
        for (what, proof, code) in cases {
            let error = #expect(throws: IntegrityError.self, "\(what)") { try proof.verify(by: signers) }
            #expect(error?.code == code, "\(what)")
        }
    }

    @Test("an inner node does not pass for an entry")
    func innerNode() throws {
        let proof = try Self.proof(0, of: [[1], [2], [3], [4]])
        var hasher = try TreeHasher()
        let (left, right) = (try hasher.leaf([UInt8]([1]).bytes), try hasher.leaf([UInt8]([2]).bytes))
        let forged = try EntryProof(entry: left.bytes + right.bytes, index: 0, path: [proof.path[1]], note: proof.note)
        #expect(throws: IntegrityError.self) { try forged.verify(by: signers) }
    }

    @Test("a foreign signer, and a signed text that is no checkpoint, are refused")
    func trust() throws {
        let proof = try Self.proof()
        #expect(throws: IntegrityError(.unknownSigner, "")) { try proof.verify(by: [try TrustTestKey.second.signer()]) }
        let note = try TrustTestKey.first.sign(Array("hello\n".utf8))
        let other = try EntryProof(entry: proof.entry, index: 2, path: proof.path, note: note)
        #expect(throws: IntegrityError(.malformed, "")) { try other.verify(by: signers) }
        #expect(throws: IntegrityError(.notSigned, "")) {
            try EntryProof(entry: [1], index: 0, path: [], note: try SignedNote.unsigned(try TrustSample.checkpoint()))
        }
    }

    static let edits: [TextEdit] = [
        TextEdit(old: "c2sp.org/tlog-proof@v1\n", new: ""),
        TextEdit(old: "c2sp.org/tlog-proof@v1\n", new: "c2sp.org/tlog-proof@v2\n", code: .newerFormat),
        TextEdit(old: "c2sp.org/tlog-proof@v1\n", new: "c2sp.org/tlog-proof@v1\r\n", code: .newerFormat),
        TextEdit(old: "c2sp.org/tlog-proof@v1\n", new: "\nc2sp.org/tlog-proof@v1\n"),
        TextEdit(old: "extra Yw==\n", new: ""),
        TextEdit(old: "extra Yw==\n", new: "extra \n"),
        TextEdit(old: "extra Yw==\n", new: "extra Yx==\n"),
        TextEdit(old: "extra Yw==\n", new: "extra Yw\n"),
        TextEdit(old: "extra Yw==\n", new: "extra  Yw==\n"),
        TextEdit(old: "extra Yw==\n", new: "extra Yw==\nextra Yw==\n"),
        TextEdit(old: "index 2\n", new: "index 02\n"),
        TextEdit(old: "index 2\n", new: "index -2\n"),
        TextEdit(old: "index 2\n", new: "index 18446744073709551616\n"),
        TextEdit(old: "index 2\n", new: "index\n"),
        TextEdit(old: "index 2\n", new: ""),
        TextEdit(old: "index 2\n", new: "index 2\nAAAA\n"),
        TextEdit(old: "index 2\n", new: "index 2\n" + String(repeating: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", count: 62)),
        TextEdit(old: "\n\ncoffer-manifest/", new: "\ncoffer-manifest/"),
        TextEdit(old: "\n\n— ", new: "\n— "),
        TextEdit(old: "\n\n— ", new: "\n\n"),
    ]

    @Test("what no proof is written as is refused", arguments: edits)
    func refused(edit: TextEdit) throws {
        try edit.expectRefusal(of: Self.proof().bytes) { try EntryProof(parsing: $0) }
    }

    @Test("no beginning of a proof is one")
    func truncated() throws {
        let bytes = try Self.proof().bytes
        for count in bytes.indices { #expect(throws: IntegrityError.self) { try EntryProof(parsing: Array(bytes[..<count])) } }
    }

    @Test("256 KiB of an entry are carried, one byte more is refused")
    func longest() throws {
        let longest = try Self.proof(0, of: [[UInt8](repeating: 7, count: EntryProof.maximumEntryByteCount)])
        #expect(try EntryProof(parsing: longest.bytes) == longest)
        #expect(throws: IntegrityError(.invalidArgument, "")) {
            try EntryProof(entry: longest.entry + [7], index: 0, path: [], note: longest.note)
        }
        let long = Base64.encode(longest.entry + [7], padding: .required)
        let text = "c2sp.org/tlog-proof@v1\nextra \(long)\nindex 0\n\n"
        #expect(throws: IntegrityError(.malformed, "")) { try EntryProof(parsing: Array(text.utf8) + longest.note.bytes) }
    }

    @Test("64 hashes are read, one more is refused")
    func hashes() throws {
        let note = try Self.proof().note
        let proof = try EntryProof(entry: [1], index: 0, path: [TreeHash](repeating: .zero, count: 64), note: note)
        #expect(try EntryProof(parsing: proof.bytes) == proof)
        #expect(throws: IntegrityError(.invalidArgument, "")) {
            try EntryProof(entry: [1], index: 0, path: [TreeHash](repeating: .zero, count: 65), note: note)
        }
    }
}
