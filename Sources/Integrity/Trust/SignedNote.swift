import OpenSSL

/// A text and signatures over it (C2SP signed-note). The text is nobody's until `verify` has said whose.
///
/// A manifest that nobody signed ends in a note without signatures. It is read only where the caller says so.
public struct SignedNote: Sendable, Hashable {
    /// Of all of it.
    public static let maximumByteCount = 16_384
    /// More are refused; one counts. A reader has to accept as many (C2SP signed-note).
    public static let maximumSignatureCount = 16

    /// What is signed; its last line ends, too.
    public let text: [UInt8]
    public let signatures: [NoteSignature]

    /// - Throws: `invalidArgument` for a text that no note can have, or for more signatures or bytes than a note may have.
    init(text: [UInt8], signatures: [NoteSignature]) throws(IntegrityError) {
        guard Self.isText(text), signatures.count <= Self.maximumSignatureCount else {
            throw IntegrityError(.invalidArgument, "a text cannot be signed as a note: it is not made of lines of visible text")
        }
        self.text = text
        self.signatures = signatures
        guard bytes.count <= Self.maximumByteCount else {
            throw IntegrityError(.invalidArgument, "a note cannot be made: it would have more than \(Self.maximumByteCount) bytes")
        }
    }

    /// The note of a manifest that nobody signs.
    public static func unsigned(_ checkpoint: Checkpoint) throws(IntegrityError) -> SignedNote {
        try SignedNote(text: checkpoint.text, signatures: [])
    }

    /// Reads a note to its last byte. What was read is written by `bytes` again, byte for byte.
    ///
    /// - Parameter allowingUnsigned: whether there may be no signature.
    /// - Throws: `malformed`; `notSigned` when there is no signature and has to be one.
    public init(parsing bytes: [UInt8], allowingUnsigned: Bool = false) throws(IntegrityError) {
        guard bytes.count <= Self.maximumByteCount else { throw .note("it has more than \(Self.maximumByteCount) bytes") }
        guard let end = Self.endOfText(bytes) else { throw .note("there is no blank line between a text and signatures") }
        let text = Array(bytes[..<end])
        guard Self.isText(text) else { throw .note("its text is not UTF-8, or has control characters") }
        var lines = bytes[(end + 1)...].split(separator: NoteText.lineFeed, omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true else { throw .note("its last line does not end") }
        guard lines.count <= Self.maximumSignatureCount else { throw .note("it has more than \(Self.maximumSignatureCount) signatures") }
        if lines.isEmpty, !allowingUnsigned { throw .notSigned }
        var signatures: [NoteSignature] = []
        for line in lines { signatures.append(try NoteSignature(parsing: line)) }
        self.text = text
        self.signatures = signatures
    }

    /// The note as it is kept.
    public var bytes: [UInt8] { text + [NoteText.lineFeed] + signatures.flatMap(\.bytes) }

    /// Where the text ends, which is where the last blank line begins.
    private static func endOfText(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        for index in stride(from: bytes.count - 1, to: 0, by: -1)
        where bytes[index] == NoteText.lineFeed && bytes[index - 1] == NoteText.lineFeed {
            return index
        }
        return nil
    }

    /// Lines of UTF-8 without control characters.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.last == NoteText.lineFeed && bytes.allSatisfy { $0 >= 0x20 || $0 == NoteText.lineFeed }
            && String(validating: bytes, as: UTF8.self) != nil
    }
}

extension SignedNote {
    /// Whose text this is: of the keys that are trusted, the first that signed it.
    ///
    /// Signatures of other keys mean nothing, good or bad. Each signature of a trusted key has to be right.
    /// - Throws: `notSigned`; `unknownSigner` when none of the keys signed; `invalidSignature`.
    @discardableResult
    public func verify(by signers: [TrustedSigner]) throws(IntegrityError) -> TrustedSigner {
        guard !signatures.isEmpty else { throw .notSigned }
        var first: TrustedSigner?
        for signature in signatures {
            for signer in signers where try signer.isNamed(by: signature) {
                guard try signer.isValid(signature, over: text) else {
                    throw IntegrityError(
                        .invalidSignature,
                        "the signature of \(Array(signature.name.utf8).visiblePath) is not one of its key over this text; "
                            + "text or signature were changed, so do not trust it")
                }
                first = first ?? signer
            }
        }
        if let first { return first }
        let names = signatures.map { "\(Array($0.name.utf8).visiblePath) (key id \($0.keyID.hexadecimal))" }
        throw IntegrityError(
            .unknownSigner,
            "signed by \(names.joined(separator: ", ")), which is none of the trusted keys; "
                + "name it as a signer only if you know that it is the right one"
        )
    }
}

extension IntegrityError {
    fileprivate static func note(_ reason: String) -> IntegrityError {
        IntegrityError(.malformed, "a signed note cannot be read: \(reason)")
    }

    fileprivate static var notSigned: IntegrityError {
        IntegrityError(.notSigned, "it is not signed, so nobody answers for it; sign it, or say that it need not be signed")
    }
}
