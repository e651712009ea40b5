import OpenSSL
import Testing

@testable import Integrity

/// An Ed25519 key whose private half the test knows.
struct TrustTestKey: Sendable {
    static let first = TrustTestKey(seed: 1, name: "example.org/first")
    static let second = TrustTestKey(seed: 2, name: "example.org/second")

    let seed: [UInt8]
    let name: String

    init(seed: UInt8, name: String) { self.init(seed: [UInt8](repeating: seed, count: 32), name: name) }

    init(seed: [UInt8], name: String) {
        self.seed = seed
        self.name = name
    }

    /// PrivateKeyInfo (RFC 8410 §7).
    var pkcs8: [UInt8] { [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20] + seed }

    private func privateKey() throws -> PrivateKey { try PrivateKey(pkcs8DER: SecretBytes(copying: pkcs8.bytes)) }

    func spki() throws -> [UInt8] { try privateKey().publicKey().spkiDER() }

    func signer(named: Bool = true) throws -> TrustedSigner {
        try TrustedSigner(name: named ? name : nil, publicKey: try privateKey().publicKey().rawBytes())
    }

    func signature(of text: [UInt8], name: String? = nil) throws -> NoteSignature {
        let name = name ?? self.name
        return NoteSignature(
            name: name, keyID: try NoteSignature.keyID(name: name, publicKey: try signer().publicKey),
            signature: try privateKey().sign(message: text.bytes, .ed25519))
    }

    func sign(_ text: [UInt8]) throws -> SignedNote { try SignedNote(text: text, signatures: [try signature(of: text)]) }

    func sign(_ checkpoint: Checkpoint) throws -> SignedNote { try sign(checkpoint.text) }
}

/// Heads of manifests for tests.
enum TrustSample {
    static let id = ManifestID(Array(0..<16)) ?? { preconditionFailure("16 bytes") }()

    static func checkpoint(
        id: ManifestID = id, entryCount: UInt64 = 3, root: TreeHash = root(0), time: String = "2026-11-28T14:00:00Z", sequence: UInt64 = 0,
        previous: TreeHash? = nil, subject: [UInt8] = Array("/srv/a b".utf8), options: ManifestOptions = ManifestOptions()
    ) throws -> Checkpoint {
        try Checkpoint(
            manifestID: id, entryCount: entryCount, root: root, toolVersion: "1.0.0", time: try #require(CheckpointTime(time)),
            sequence: sequence, previous: previous, subject: subject, options: options)
    }

    /// Roots that differ.
    static func root(_ number: UInt64) -> TreeHash {
        TreeHash((0..<32).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) : 0x5A }) ?? .zero
    }

    /// Manifests of one tree, a minute between one and the next.
    /// - Parameter branch: tells chains apart; from where they differ.
    static func chain(_ sequences: ClosedRange<UInt64>, branch: (number: UInt64, from: UInt64) = (0, 0)) throws -> [Checkpoint] {
        func root(of sequence: UInt64) -> TreeHash { Self.root(sequence >= branch.from ? sequence + (branch.number << 32) : sequence) }
        return try sequences.map { sequence in
            func digits(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
            return try checkpoint(
                root: root(of: sequence), time: "2026-11-28T\(digits(sequence / 60 % 24)):\(digits(sequence % 60)):00Z",
                sequence: sequence, previous: sequence == 0 ? nil : root(of: sequence - 1))
        }
    }

    /// The last of a chain, with all before it.
    static func lineage(_ chain: [Checkpoint], by key: TrustTestKey = .first) throws -> Lineage {
        let notes = try chain.map { try key.sign($0) }
        return try Lineage(note: try #require(notes.last), predecessors: notes.dropLast())
    }

    static func lineage(_ sequences: ClosedRange<UInt64>, branch: (number: UInt64, from: UInt64) = (0, 0)) throws -> Lineage {
        try lineage(try chain(sequences, branch: branch))
    }
}
