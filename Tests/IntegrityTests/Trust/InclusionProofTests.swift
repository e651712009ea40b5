import OpenSSL
import Testing

@testable import Integrity

@Suite("Inclusion proof")
struct InclusionProofTests {
    /// RFC 6962 §2.1, word for word.
    private static func root(_ leaves: ArraySlice<TreeHash>, _ hasher: inout TreeHasher) throws -> TreeHash {
        guard leaves.count > 1 else { return try leaves.first ?? hasher.empty() }
        let split = leaves.startIndex + split(leaves.count)
        return try hasher.node(try root(leaves[..<split], &hasher), try root(leaves[split...], &hasher))
    }

    /// RFC 6962 §2.1.1, word for word.
    private static func path(_ index: Int, _ leaves: ArraySlice<TreeHash>, _ hasher: inout TreeHasher) throws -> [TreeHash] {
        guard leaves.count > 1 else { return [] }
        let count = split(leaves.count)
        let middle = leaves.startIndex + count
        if index < count { return try path(index, leaves[..<middle], &hasher) + [try root(leaves[middle...], &hasher)] }
        return try path(index - count, leaves[middle...], &hasher) + [try root(leaves[..<middle], &hasher)]
    }

    /// The largest power of two below a count.
    private static func split(_ count: Int) -> Int {
        var power = 1
        while 2 * power < count { power *= 2 }
        return power
    }

    private static func leaves(_ count: Int, _ hasher: inout TreeHasher) throws -> [TreeHash] {
        try (0..<count).map { try hasher.leaf([UInt8(truncatingIfNeeded: $0), 7].bytes) }
    }

    @Test("the builder finds the path of RFC 6962 and its proof leads to the root", arguments: 1...70)
    func everyIndex(size: Int) throws {
        var hasher = try TreeHasher()
        let leaves = try Self.leaves(size, &hasher)
        let root = try Self.root(leaves[...], &hasher)
        for index in 0..<size {
            var builder = InclusionProofBuilder(index: UInt64(index))
            for leaf in leaves { try builder.append(leaf, &hasher) }
            let proof = try builder.finish(&hasher)
            #expect(proof.path == (try Self.path(index, leaves[...], &hasher)), "leaf \(index) of \(size)")
            #expect(try proof.root(over: leaves[index], &hasher) == root)
            #expect((proof.index, proof.size) == (UInt64(index), UInt64(size)))
            // Another leaf, and each other place in a tree of this size, leads elsewhere or is refused.
            #expect(try proof.root(over: .zero, &hasher) != root)
            for other in 0..<size where other != index {
                if let moved = try? InclusionProof(index: UInt64(other), size: UInt64(size), path: proof.path) {
                    #expect(try moved.root(over: leaves[index], &hasher) != root, "leaf \(index) of \(size) passes for \(other)")
                }
            }
        }
    }

    struct Published: Sendable {
        let index: UInt64
        let size: Int
        let path: [String]
    }

    /// From the tests of the Certificate Transparency project (verify_test.go), over the leaves of `MerkleTests`.
    static let published = [
        Published(index: 0, size: 1, path: []),
        Published(
            index: 0, size: 8,
            path: [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]),
        Published(
            index: 5, size: 8,
            path: [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]),
        Published(index: 2, size: 3, path: ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        Published(
            index: 1, size: 5,
            path: [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]),
    ]

    @Test("the published proofs are made, and lead to the published roots", arguments: published)
    func publishedProofs(_ published: Published) throws {
        var hasher = try TreeHasher()
        var builder = InclusionProofBuilder(index: published.index)
        var own: TreeHash?
        for (index, leaf) in MerkleTests.leaves.prefix(published.size).enumerated() {
            let bytes = try #require([UInt8](hexadecimal: Array(leaf.utf8)))
            let hash = try hasher.leaf(bytes.bytes)
            if UInt64(index) == published.index { own = hash }
            try builder.append(hash, &hasher)
        }
        let proof = try builder.finish(&hasher)
        #expect(proof.path.map(\.description) == published.path)
        #expect(try proof.root(over: try #require(own), &hasher).description == MerkleTests.roots[published.size])
    }

    @Test(
        "a proof that no tree has is refused",
        arguments: [
            (UInt64(0), UInt64(0), 0), (1, 1, 0), (0, 1, 1), (0, 2, 0), (0, 2, 2), (2, 3, 2), (7, 8, 2), (7, 8, 4), (8, 8, 3),
            (.max, .max, 64), (0, .max, 63), (0, .max, 65),
        ])
    func impossible(index: UInt64, size: UInt64, hashes: Int) throws {
        let error = #expect(throws: IntegrityError.self) {
            try InclusionProof(index: index, size: size, path: [TreeHash](repeating: .zero, count: hashes))
        }
        #expect(error?.code == .malformed)
    }

    @Test("the largest tree has proofs of 64 hashes")
    func largest() throws {
        var hasher = try TreeHasher()
        for (index, hashes) in [(UInt64(0), 64), (.max - 1, 63)] {
            let proof = try InclusionProof(index: index, size: .max, path: [TreeHash](repeating: .zero, count: hashes))
            #expect(try proof.root(over: .zero, &hasher) != .zero)
        }
    }

    @Test("a leaf that did not come by cannot be proven", arguments: [0, 1, 5])
    func missing(count: Int) throws {
        var hasher = try TreeHasher()
        var builder = InclusionProofBuilder(index: 5)
        for leaf in try Self.leaves(count, &hasher) { try builder.append(leaf, &hasher) }
        let error = #expect(throws: IntegrityError.self) { try builder.finish(&hasher) }
        #expect(error?.code == .noSuchEntry)
    }
}
