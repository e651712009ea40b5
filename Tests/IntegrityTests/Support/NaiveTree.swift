import OpenSSL

@testable import Integrity

/// Merkle trees as RFC 6962 §2.1 defines them: by recursion.
enum NaiveTree {
    static func leaves(_ content: [UInt8]) throws -> [TreeHash] {
        try stride(from: 0, to: content.count, by: 65_536).map { start in
            try sha256([0] + content[start..<min(start + 65_536, content.count)])
        }
    }

    static func root(_ content: [UInt8]) throws -> TreeHash { try root(leaves(content)[...]) }

    static func root(_ leaves: ArraySlice<TreeHash>) throws -> TreeHash {
        guard leaves.count > 1 else { return try leaves.first ?? sha256([]) }
        var size = 1
        while size * 2 < leaves.count { size *= 2 }
        return try sha256([1] + root(leaves.prefix(size)).bytes + root(leaves.dropFirst(size)).bytes)
    }

    static func sha256(_ bytes: [UInt8]) throws -> TreeHash {
        guard let hash = TreeHash(try Digest.hash(.sha256, bytes.bytes)) else { fatalError("SHA-256 has 32 bytes") }
        return hash
    }
}

/// Expected leaves that are at hand.
struct GivenLeaves: ExpectedLeaves {
    let all: [TreeHash]

    func hashes(_ indices: Range<UInt64>) throws(IntegrityError) -> [TreeHash] {
        Array(all[Int(indices.lowerBound)..<Int(indices.upperBound)])
    }
}
