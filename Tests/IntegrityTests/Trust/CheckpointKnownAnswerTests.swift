import Foundation
import OpenSSL
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

/// Holds the formats against the page that describes them, and against a program that was written from it.
@Suite("Checkpoint, as documented")
struct CheckpointKnownAnswerTests {
    /// RFC 8032 §7.1, test 1.
    private static func documentedKey() throws -> TrustTestKey {
        TrustTestKey(
            seed: try #require([UInt8](hexadecimal: Array("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60".utf8))),
            name: "arn:aws:kms:us-east-1:000000000000:key/6f1c0a4e-5b0d-4c3e-9a2f-7d1e8b3c5a90")
    }

    /// Made here of what the page says in words.
    private static func documentedProof() throws -> EntryProof {
        var hasher = try TreeHasher()
        var builder = InclusionProofBuilder(index: 1)
        var tree = MerkleAccumulator()
        var first: TreeHash?
        for word in ["alpha", "beta", "gamma"] {
            let bytes = Array(word.utf8)
            let leaf = try hasher.leaf(bytes.bytes)
            first = first ?? leaf
            try builder.append(leaf, &hasher)
            try tree.append(leaf, &hasher)
        }
        let checkpoint = try TrustSample.checkpoint(
            root: try tree.root(&hasher), sequence: 1, previous: first, subject: Array("/srv/photos 2026".utf8),
            options: ManifestOptions(digests: [.sha256], oneFileSystem: true, exclusions: [Array("*.tmp".utf8)]))
        return try EntryProof(
            entry: Array("beta".utf8), index: 1, path: try builder.finish(&hasher).path, note: try documentedKey().sign(checkpoint))
    }

    private static func page() throws -> String {
        try Repository.text(of: "Docs/Formats/Checkpoint.md")
    }

    /// What is between a line of three backticks and the next, and begins so.
    private static func block(_ beginning: String) throws -> String {
        let page = try page()
        let start = try #require(page.range(of: "```\n" + beginning)).lowerBound
        let rest = page[start...].dropFirst(4)
        return String(rest[..<(try #require(rest.range(of: "```")).lowerBound)])
    }

    @Test("the proof on the page is the one that is made of the same key and entries")
    func proof() throws {
        let proof = try Self.documentedProof()
        #expect(try Self.block("c2sp.org/tlog-proof@v1\nextra YmV0YQ==") == String(decoding: proof.bytes, as: UTF8.self))
    }

    @Test("the keys on the page verify it")
    func keys() throws {
        let proof = try EntryProof(parsing: Array(try Self.block("c2sp.org/tlog-proof@v1\nextra YmV0YQ==").utf8))
        for beginning in ["-----BEGIN PUBLIC KEY-----", "arn:aws:kms:"] {
            let signer = try TrustedSigner(file: Array(try Self.block(beginning).utf8))
            #expect(try proof.verify(by: [signer]).entry == Array("beta".utf8))
        }
    }

    private static let hasPeers = Command.standardPython != nil && Command.isInstalled("openssl")

    private func check(_ proof: [UInt8], _ key: String, in folder: TemporaryFolder) throws -> Command.Result {
        try folder.write(proof, to: "proof")
        let script = Repository.url("Tests/Interop/check_proof.py").path
        return try Command.run(try #require(Command.standardPython), [script, folder.file("proof").string, key])
    }

    @Test(
        "a program with Python's library and openssl alone comes to the same verdict",
        .enabled(if: hasPeers, "needs python3 and openssl"), arguments: [(0, 1), (0, 2), (3, 7), (6, 7), (64, 65), (40, 70)])
    func python(index: Int, count: Int) throws {
        let folder = try TemporaryFolder()
        let entries = (0..<count).map { [UInt8(truncatingIfNeeded: $0), 0, 0xFF] }
        let proof = try EntryProofTests.proof(index, of: entries)
        let key = try #require(try TrustTestKey.first.signer().verifierKey())
        let result = try check(proof.bytes, key, in: folder)
        #expect(result.status == 0, "\(result.everything)")
        #expect(result.text.contains("entry \(index) of \(count)"))

        let other = try #require(try TrustTestKey.second.signer().verifierKey())
        #expect(try check(proof.bytes, other, in: folder).status == 1)
        let changed = try EntryProof(entry: proof.entry + [1], index: UInt64(index), path: proof.path, note: proof.note)
        #expect(try check(changed.bytes, key, in: folder).status == 1)
        let forged = try SignedNote(text: Array(proof.note.text.dropLast(11)) + Array("open\n".utf8), signatures: proof.note.signatures)
        #expect(
            try check(EntryProof(entry: proof.entry, index: UInt64(index), path: proof.path, note: forged).bytes, key, in: folder).status
                == 1)
    }

    @Test("the program takes the key as a file of PEM, too", .enabled(if: hasPeers, "needs python3 and openssl"))
    func pythonWithPEM() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array(try Self.block("-----BEGIN PUBLIC KEY-----").utf8), to: "key.pem")
        let proof = try Self.documentedProof()
        #expect(try check(proof.bytes, folder.file("key.pem").string, in: folder).status == 0)
        #expect(try check(proof.bytes.dropLast(), folder.file("key.pem").string, in: folder).status == 1)
    }
}
