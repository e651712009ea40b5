import AgeFormat
import Envelope
import OpenSSL

@testable import KeyStore

/// A file key that the test knows, so that it can make any file, also one that Coffer would not.
struct FixedKey: Identity {
    static let stanzaType = "fixed-key-of-a-test"
    let bytes: [UInt8]

    init(_ byte: UInt8 = 0x5A) {
        bytes = [UInt8](repeating: byte, count: FileKey.byteCount)
    }

    func fileKey() throws -> FileKey { try FileKey(copying: SecretBytes(copying: bytes.span.bytes)) }

    func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        guard stanzas.contains(where: { $0.type == Self.stanzaType }) else { return .refused([]) }
        do {
            return .opened(try fileKey(), by: "the test")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    // MARK: Making files

    struct Chunk: Sendable {
        let plaintext: [UInt8]
        let isLast: Bool
        /// The number it is sealed with; nil for its place.
        var number: UInt64?

        init(_ plaintext: [UInt8], isLast: Bool = false, number: UInt64? = nil) {
            self.plaintext = plaintext
            self.isLast = isLast
            self.number = number
        }
    }

    func header(_ stanzas: [Stanza]? = nil) throws -> [UInt8] {
        let stanzas = try stanzas ?? [Stanza(type: Self.stanzaType, body: [1, 2, 3])]
        let authenticated = try AgeHeader.bytesToAuthenticate(stanzas)
        let mac = try fileKey().headerMAC(over: authenticated.span.bytes)
        return AgeHeader.encoded(authenticated: authenticated, mac: mac)
    }

    func payload(_ chunks: [Chunk]) throws -> [UInt8] {
        let nonce = [UInt8](repeating: 0x33, count: PayloadLayout.nonceByteCount)
        let key = try fileKey()
        var cipher = try key.payloadCipher(nonce: nonce.span.bytes)
        var output = nonce
        for (index, chunk) in chunks.enumerated() {
            var buffer = chunk.plaintext + [UInt8](repeating: 0, count: PayloadLayout.tagByteCount)
            _ = try buffer.withUnsafeMutableBytes {
                try cipher.seal($0, plaintextCount: chunk.plaintext.count, chunk: chunk.number ?? UInt64(index), isLast: chunk.isLast)
            }
            output += buffer
        }
        return output
    }

    func file(_ chunks: [Chunk]) throws -> [UInt8] { try header() + payload(chunks) }
}

/// Gives the file key to whoever has the one key of the test.
struct FixedKeyRecipient: Recipient {
    func makeFileKey() async throws(EnvelopeError) -> NewFileKey? {
        do {
            let wrapped = WrappedFileKey(keyARN: "none", ciphertextBlob: [1], encryptionContext: .empty)
            let generated = GeneratedFileKey(fileKey: try FixedKey().fileKey(), wrapped: wrapped)
            return NewFileKey(generated, stanza: try Stanza(type: FixedKey.stanzaType, body: [1, 2, 3]))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        preconditionFailure("it made the file key")
    }
}
