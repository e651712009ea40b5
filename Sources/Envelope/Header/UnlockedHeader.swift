package import AgeFormat
package import KeyStore

/// The key of a file whose header was found authentic.
package struct UnlockedHeader: ~Copyable, Sendable {
    package let fileKey: FileKey
    /// The key that opened it, as a person names it.
    package let openedBy: String

    /// - Throws: `damagedHeader` unless the header is exactly what the file key's holder wrote.
    fileprivate init(_ header: AgeHeader, _ fileKey: consuming FileKey, openedBy: String, name: String) throws(EnvelopeError) {
        try fileKey.requireMAC(of: header, name: name)
        self.fileKey = fileKey
        self.openedBy = openedBy
    }

    /// The cipher of the payload that follows the header.
    func payloadCipher(nonce: [UInt8], name: String) throws(EnvelopeError) -> PayloadCipher {
        do throws(KeyStoreError) {
            return try unsafe fileKey.payloadCipher(nonce: nonce.span.bytes)
        } catch {
            throw EnvelopeError(error, while: "\(name): deriving keys from the file key")
        }
    }
}

extension AgeHeader {
    /// Finds an identity that opens the header, and verifies the header by what it gives.
    ///
    /// - Parameters:
    ///   - identities: tried in this order.
    ///   - name: stands for the file in errors.
    /// - Throws: `noKeyOpens`, `encryptionContextMismatch`, `damagedHeader`, and what an identity throws.
    package func unlock(by identities: [any Identity], name: String) async throws(EnvelopeError) -> UnlockedHeader {
        try PassphraseStanza.requireAlone(stanzas)
        var refusals: [Refusal] = []
        for identity in identities {
            switch try await Self.unwrap(stanzas, by: identity, name: name) {
            case .opened(let fileKey, let key): return try UnlockedHeader(self, fileKey, openedBy: key, name: name)
            case .refused(let more): refusals += more
            }
        }
        throw noKeyOpens(refusals, name: name)
    }

    private static func unwrap(_ stanzas: [Stanza], by identity: any Identity, name: String) async throws(EnvelopeError) -> Unwrapping {
        do {
            return try await identity.unwrap(stanzas)
        } catch {
            throw EnvelopeError(error.code, "\(name): \(error)", refusals: error.refusals, keyStoreError: error.keyStoreError)
        }
    }

    private func noKeyOpens(_ refusals: [Refusal], name: String) -> EnvelopeError {
        guard !refusals.isEmpty else {
            let types = Set(stanzas.map(\.type)).sorted().prefix(5).joined(separator: ", ")
            return EnvelopeError(.noKeyOpens, "\(name): none of the given keys is a recipient of it (its recipients are: \(types))")
        }
        let reasons = refusals.map(\.description).joined(separator: "; ")
        let isAboutContext = refusals.allSatisfy { $0.reason == .encryptionContextMismatch }
        return EnvelopeError(
            isAboutContext ? .encryptionContextMismatch : .noKeyOpens, "\(name): no key opens it: \(reasons)", refusals: refusals)
    }
}

extension FileKey {
    /// - Throws: `damagedHeader` unless the MAC of a header, as received, is the one of this file key.
    package borrowing func requireMAC(of header: AgeHeader, name: String) throws(EnvelopeError) {
        let isValid: Bool
        do throws(KeyStoreError) {
            isValid = try unsafe isValidHeaderMAC(header.mac.span.bytes, over: header.authenticatedBytes.span.bytes)
        } catch {
            throw EnvelopeError(error, while: "\(name): deriving keys from the file key")
        }
        guard isValid else {
            throw EnvelopeError(.damagedHeader, "\(name): its header was changed after it was sealed: the MAC is not the right one")
        }
    }
}
