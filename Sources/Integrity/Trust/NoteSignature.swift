import AgeFormat
import OpenSSL

/// One line below the text of a signed note (C2SP signed-note): who signed, and the signature.
///
/// The name is not signed; it, and the key's id, only say which key to try.
public struct NoteSignature: Sendable, Hashable {
    /// Of the name in bytes. ARNs have no more.
    public static let maximumNameByteCount = 2048
    static let keyIDByteCount = 4
    /// In the id of a key: that the signature is Ed25519 over the text.
    static let ed25519Type: UInt8 = 0x01
    /// An em dash and a space.
    private static let mark = Array("\u{2014} ".utf8)

    // As bytes: two texts of Swift can be equal and have other bytes.
    private let nameBytes: [UInt8]
    /// Four bytes that tell keys of one name apart.
    let keyID: [UInt8]
    let signature: [UInt8]

    public var name: String { String(decoding: nameBytes, as: UTF8.self) }

    init(name: String, keyID: [UInt8], signature: [UInt8]) {
        nameBytes = Array(name.utf8)
        self.keyID = keyID
        self.signature = signature
    }

    /// Reads a line, without its end. What is read is UTF-8: an em dash, a name, base64.
    init(parsing line: ArraySlice<UInt8>) throws(IntegrityError) {
        guard line.starts(with: Self.mark) else {
            throw IntegrityError(.malformed, "a signed note has a line below its text that is no signature")
        }
        let words = line.dropFirst(Self.mark.count).split(separator: NoteText.space, omittingEmptySubsequences: false)
        guard words.count == 2, Self.isName(words[0]) else {
            throw IntegrityError(
                .malformed, "a signature of a note does not have the name of a key and a signature, with one space between them")
        }
        let bytes: [UInt8]
        do {
            bytes = try Base64.decode(words[1], padding: .required)
        } catch {
            throw IntegrityError(.malformed, "the signature of \(Array(words[0]).visiblePath) in a note is \(error)")
        }
        guard bytes.count > Self.keyIDByteCount else {
            throw IntegrityError(.malformed, "the signature of \(Array(words[0]).visiblePath) in a note is too short to be one")
        }
        nameBytes = Array(words[0])
        keyID = Array(bytes.prefix(Self.keyIDByteCount))
        signature = Array(bytes.dropFirst(Self.keyIDByteCount))
    }

    /// The line with its end.
    var bytes: [UInt8] {
        Self.mark + nameBytes + [NoteText.space] + Array(Base64.encode(keyID + signature, padding: .required).utf8) + [NoteText.lineFeed]
    }

    func isNamed(_ name: String) -> Bool { name.utf8.elementsEqual(nameBytes) }

    /// Whether bytes are UTF-8 that can name a key: not empty, no white space, no plus, no control characters.
    static func isName(_ bytes: some Collection<UInt8>) -> Bool {
        guard (1...maximumNameByteCount).contains(bytes.count), let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "+" && !$0.properties.isWhitespace }
    }

    /// SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4].
    static func keyID(name: String, publicKey: [UInt8]) throws(IntegrityError) -> [UInt8] {
        let message = Array(name.utf8) + [NoteText.lineFeed, ed25519Type] + publicKey
        do {
            return Array(try Digest.hash(.sha256, message.bytes).prefix(keyIDByteCount))
        } catch {
            throw IntegrityError(error)
        }
    }
}
