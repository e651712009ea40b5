package import AgeFormat

/// Reading the arguments of age's own stanza types.
package enum StanzaArgument {
    /// Bytes of a known number, in canonical base64 without padding.
    /// - Throws: `InvalidCiphertextException`.
    package static func decode(_ text: String, byteCount: Int, of type: String) throws(KeyStoreError) -> [UInt8] {
        let bytes: [UInt8]
        do { bytes = try Base64.decode(text, padding: .none) } catch { throw malformed(type, "an argument is \(error)") }
        guard bytes.count == byteCount else { throw malformed(type, "an argument must have \(byteCount) bytes, not \(bytes.count)") }
        return bytes
    }

    package static func malformed(_ type: String, _ reason: String) -> KeyStoreError {
        KeyStoreError(.invalidCiphertext, "malformed \(type) stanza: \(reason)")
    }
}

extension Stanza {
    /// A stanza of our own making, which cannot pass a bound.
    package static func checked(_ type: String, _ arguments: [String], _ body: [UInt8]) throws(KeyStoreError) -> Stanza {
        do { return try Stanza(type: type, arguments: arguments, body: body) } catch {
            throw KeyStoreError(.internalFailure, "\(error)")
        }
    }
}
