import AgeFormat
import OpenSSL

/// That one entry is in a signed manifest, without the manifest: a file in the format of C2SP's tlog-proof, for whoever trusts the key.
///
/// The entry's canonical encoding travels in the line `extra`. What is in that line counts only once the proof has led from it to the
/// signed root.
public struct EntryProof: Sendable, Hashable {
    /// Of the entry's encoding.
    public static let maximumEntryByteCount = 262_144
    /// Of the whole file: the entry in base64, the hashes, the note and the lines around them.
    public static let maximumByteCount =
        4 * ((maximumEntryByteCount + 2) / 3) + 45 * InclusionProof.maximumHashCount + SignedNote.maximumByteCount + 128

    static let family = "c2sp.org/tlog-proof@"
    static let firstLine = family + "v1"
    static let extraPrefix = Array("extra ".utf8)
    static let indexPrefix = Array("index ".utf8)

    /// The canonical encoding of the entry.
    public let entry: [UInt8]
    /// Of the entry in the manifest, from 0.
    public let index: UInt64
    /// From the entry's sibling up to the root's child.
    public let path: [TreeHash]
    /// Of the manifest.
    public let note: SignedNote

    /// - Throws: `invalidArgument` for an entry that is empty or too long, or too many hashes; `notSigned`.
    public init(entry: [UInt8], index: UInt64, path: [TreeHash], note: SignedNote) throws(IntegrityError) {
        guard (1...Self.maximumEntryByteCount).contains(entry.count), path.count <= InclusionProof.maximumHashCount else {
            throw IntegrityError(
                .invalidArgument, "an entry of \(entry.count) bytes cannot be proven: its proof would be larger than any that is read")
        }
        guard !note.signatures.isEmpty else {
            throw IntegrityError(.notSigned, "an entry of a manifest that nobody signed cannot be proven; sign the manifest first")
        }
        self.entry = entry
        self.index = index
        self.path = path
        self.note = note
    }

    /// Reads a proof to its last byte. What was read is written by `bytes` again, byte for byte.
    /// - Throws: `malformed`; `newerFormat` for another version of the format; `notSigned`.
    public init(parsing bytes: [UInt8]) throws(IntegrityError) {
        guard bytes.count <= Self.maximumByteCount else { throw .proof("it has more than \(Self.maximumByteCount) bytes") }
        var rest = bytes[...]
        try Self.readFirstLine(&rest)
        let entry = try Self.readEntry(&rest)
        guard let line = Self.line(&rest), line.starts(with: Self.indexPrefix),
            let index = NoteText.decimal(line.dropFirst(Self.indexPrefix.count))
        else { throw .proof("it does not say the index of an entry") }
        var path: [TreeHash] = []
        while true {
            guard let line = Self.line(&rest) else { throw .proof("there is no blank line behind its hashes") }
            if line.isEmpty { break }
            guard path.count < InclusionProof.maximumHashCount else {
                throw .proof("it has more than \(InclusionProof.maximumHashCount) hashes")
            }
            guard let hash = CheckpointText.hash(base64: line) else { throw .proof("one of its hashes is not one") }
            path.append(hash)
        }
        try self.init(entry: entry, index: index, path: path, note: try SignedNote(parsing: Array(rest)))
    }

    private static func readFirstLine(_ rest: inout ArraySlice<UInt8>) throws(IntegrityError) {
        guard let line = line(&rest), line.starts(with: Array(family.utf8)) else { throw .proof("its first line is not \(firstLine)") }
        guard line.elementsEqual(Array(firstLine.utf8)) else {
            throw IntegrityError(
                .newerFormat, "a proof of an entry cannot be read: it is \(Array(line.prefix(64)).visiblePath), and only v1 is known")
        }
    }

    private static func readEntry(_ rest: inout ArraySlice<UInt8>) throws(IntegrityError) -> [UInt8] {
        guard let line = line(&rest), line.starts(with: extraPrefix) else { throw .proof("it does not carry the entry in a line extra") }
        guard line.count <= extraPrefix.count + 4 * ((maximumEntryByteCount + 2) / 3) else {
            throw .proof("its entry has more than \(maximumEntryByteCount) bytes")
        }
        let entry: [UInt8]
        do {
            entry = try Base64.decode(line.dropFirst(extraPrefix.count), padding: .required)
        } catch {
            throw .proof("its line extra is \(error)")
        }
        guard (1...maximumEntryByteCount).contains(entry.count) else {
            throw .proof(entry.isEmpty ? "its entry is empty" : "its entry has more than \(maximumEntryByteCount) bytes")
        }
        return entry
    }

    /// Takes the next line off; nil where none ends.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: NoteText.lineFeed) else { return nil }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        return line
    }

    /// The proof as it is kept.
    public var bytes: [UInt8] {
        var text = Array("\(Self.firstLine)\nextra \(Base64.encode(entry, padding: .required))\nindex \(index)\n".utf8)
        for hash in path { text += Array("\(CheckpointText.base64(hash))\n".utf8) }
        return text + [NoteText.lineFeed] + note.bytes
    }
}

/// An entry that is in a manifest which a trusted key signed.
public struct ProvenEntry: Sendable, Hashable {
    /// Its canonical encoding.
    public let entry: [UInt8]
    /// Of the manifest.
    public let checkpoint: Checkpoint
    public let signer: TrustedSigner
}

extension EntryProof {
    /// Whether a trusted key signed a manifest that has this entry.
    ///
    /// - Throws: as `SignedNote.verify`, then as `Checkpoint(parsing:)`; `malformed` for a path that cannot lead to the root of a manifest
    ///   of that size; `damaged` when it leads to another root.
    public func verify(by signers: [TrustedSigner]) throws(IntegrityError) -> ProvenEntry {
        let signer = try note.verify(by: signers)
        let checkpoint = try Checkpoint(parsing: note.text)
        let proof = try InclusionProof(index: index, size: checkpoint.entryCount, path: path)
        var hasher = try TreeHasher()
        let root = try proof.root(over: try hasher.leaf(entry.bytes), &hasher)
        guard root == checkpoint.root else {
            throw IntegrityError(
                .damaged,
                "the entry of a proof is not in the manifest: its hashes lead to the root \(root), but \(checkpoint.root) is signed")
        }
        return ProvenEntry(entry: entry, checkpoint: checkpoint, signer: signer)
    }
}

extension IntegrityError {
    fileprivate static func proof(_ reason: String) -> IntegrityError {
        IntegrityError(.malformed, "a proof of an entry cannot be read: \(reason)")
    }
}
