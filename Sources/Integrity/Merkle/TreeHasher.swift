import OpenSSL

/// Hashes leaves and nodes of a Merkle tree (RFC 6962 §2.1), one after the other in one context.
public struct TreeHasher: ~Copyable, Sendable {
    private var digest: Digest
    private static let leafPrefix: [UInt8] = [0]
    private static let nodePrefix: [UInt8] = [1]

    /// - Throws: `unsupported` if the installed libcrypto has no SHA-256.
    public init() throws(IntegrityError) {
        do {
            digest = try Digest(.sha256)
        } catch {
            throw IntegrityError(error)
        }
    }

    /// SHA-256(0x00 ‖ bytes).
    public mutating func leaf(_ bytes: RawSpan) throws(IntegrityError) -> TreeHash {
        do {
            try digest.update(Self.leafPrefix.bytes)
            try digest.update(bytes)
        } catch {
            throw IntegrityError(error)
        }
        return try finalize()
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    public mutating func node(_ left: TreeHash, _ right: TreeHash) throws(IntegrityError) -> TreeHash {
        do {
            try digest.update(Self.nodePrefix.bytes)
            try update(left)
            try update(right)
        } catch {
            throw IntegrityError(error)
        }
        return try finalize()
    }

    /// SHA-256 of nothing: the root of a tree without leaves.
    public mutating func empty() throws(IntegrityError) -> TreeHash { try finalize() }

    /// SHA-256 of bytes that have the prefix of a leaf or a node in front already.
    mutating func hash(prefixed bytes: RawSpan) throws(IntegrityError) -> TreeHash {
        do {
            try digest.update(bytes)
        } catch {
            throw IntegrityError(error)
        }
        return try finalize()
    }

    private mutating func update(_ hash: TreeHash) throws(OpenSSLError) {
        var outcome: Result<Void, OpenSSLError> = .success(())
        unsafe hash.withUnsafeBytes { bytes in
            do throws(OpenSSLError) {
                try unsafe digest.update(RawSpan(_unsafeBytes: bytes))
            } catch {
                outcome = .failure(error)
            }
        }
        try outcome.get()
    }

    private mutating func finalize() throws(IntegrityError) -> TreeHash {
        do {
            var hash = TreeHash()
            try unsafe hash.withUnsafeMutableBytes { (bytes) throws(OpenSSLError) in try unsafe digest.finalize(into: bytes) }
            return hash
        } catch {
            throw IntegrityError(error)
        }
    }
}
