package import AgeFormat
package import KeyStore
import OpenSSL

/// All that stands in front of the chunks of a new file, and the cipher for them.
struct NewHeader: ~Copyable, Sendable {
    let bytes: [UInt8]
    private let cipher: PayloadCipher

    /// Makes a file key, and a header by which each of the recipients gets at it.
    ///
    /// - Parameters:
    ///   - recipients: one or more; the first key service among them makes the file key.
    ///   - padding: how much room the header gets for recipients to come.
    /// - Throws: `invalidRecipients`, `keyService`, and what a recipient throws.
    static func make(for recipients: [any Recipient], padding: HeaderPadding.Policy = .none) async throws(EnvelopeError) -> NewHeader {
        guard !recipients.isEmpty else {
            throw EnvelopeError(.invalidRecipients, "there is nobody to seal for: name at least one recipient")
        }
        for (index, recipient) in recipients.enumerated() {
            guard let new = try await recipient.makeFileKey() else { continue }
            return try await make(for: recipients, padding, new.generated.fileKey, madeBy: index, new.stanza)
        }
        return try await make(for: recipients, padding, .generate(while: "making a file key"), madeBy: nil, nil)
    }

    /// - Parameters:
    ///   - maker: which recipient made the file key, if one did, so that it has its stanza already.
    private static func make(
        for recipients: [any Recipient], _ padding: HeaderPadding.Policy, _ fileKey: borrowing FileKey, madeBy maker: Int?,
        _ stanza: Stanza?
    ) async throws(EnvelopeError) -> NewHeader {
        var wrapped: [RecipientStanzas] = []
        for (index, recipient) in recipients.enumerated() {
            if let stanza, index == maker {
                wrapped.append(RecipientStanzas(stanza))
            } else {
                wrapped.append(try await recipient.wrap(fileKey))
            }
        }
        return try NewHeader(stanzas: padding.padded(RecipientStanzas.combined(wrapped)), fileKey: fileKey)
    }

    private init(stanzas: [Stanza], fileKey: borrowing FileKey) throws(EnvelopeError) {
        let header = try AgeHeader.encoded(stanzas, authenticatedBy: fileKey)
        let nonce = try Self.makeNonce()
        do throws(KeyStoreError) {
            let cipher = try unsafe fileKey.payloadCipher(nonce: nonce.span.bytes)
            self.bytes = header + nonce
            self.cipher = cipher
        } catch {
            throw EnvelopeError(error, while: "deriving keys from the file key")
        }
    }

    private static func makeNonce() throws(EnvelopeError) -> [UInt8] {
        do {
            return try Random.bytes(PayloadLayout.nonceByteCount)
        } catch {
            throw EnvelopeError(error, while: "making a nonce")
        }
    }

    consuming func takeCipher() -> PayloadCipher { cipher }
}

extension AgeHeader {
    /// The bytes of a header of these stanzas, with the MAC of a file key.
    /// - Throws: `invalidRecipients` when a header cannot have them, `keyService`.
    package static func encoded(_ stanzas: [Stanza], authenticatedBy fileKey: borrowing FileKey) throws(EnvelopeError) -> [UInt8] {
        let authenticated = try unauthenticated(stanzas)
        do throws(KeyStoreError) {
            let mac = try unsafe fileKey.headerMAC(over: authenticated.span.bytes)
            return encoded(authenticated: authenticated, mac: mac)
        } catch {
            throw EnvelopeError(error, while: "deriving keys from the file key")
        }
    }

    /// The bytes to authenticate.
    static func unauthenticated(_ stanzas: [Stanza]) throws(EnvelopeError) -> [UInt8] {
        do {
            return try bytesToAuthenticate(stanzas)
        } catch {
            throw EnvelopeError(.invalidRecipients, "the header cannot be written: \(error)")
        }
    }
}

extension FileKey {
    fileprivate static func generate(while what: String) throws(EnvelopeError) -> FileKey {
        do {
            return try FileKey.generate()
        } catch {
            throw EnvelopeError(error, while: what)
        }
    }
}
