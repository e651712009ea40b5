public import AgeFormat
public import KeyStore

/// A KMS key as a recipient: whoever may use the key, under the same encryption context, can open the file.
public struct KMSKeyRecipient: Recipient {
    private let keyID: String
    private let encryptionContext: EncryptionContext
    private let service: any KeyService

    /// - Parameters:
    ///   - keyID: key ID, key ARN, alias name or alias ARN. The header names the key's ARN, so that an alias may move later.
    ///   - encryptionContext: public, stands in the header, and must be the same when the file is opened.
    public init(keyID: String, encryptionContext: EncryptionContext = .empty, service: any KeyService) {
        self.keyID = keyID
        self.encryptionContext = encryptionContext
        self.service = service
    }

    /// The key as it was named, and the encryption context.
    public var description: String {
        let pairs = encryptionContext.pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
        return pairs.isEmpty ? keyID : "\(keyID) under \(pairs)"
    }

    public func makeFileKey() async throws(EnvelopeError) -> NewFileKey? {
        let generated: GeneratedFileKey
        do throws(KeyStoreError) {
            generated = try await service.generateFileKey(keyID: keyID, encryptionContext: encryptionContext)
        } catch {
            throw EnvelopeError(error, while: "making a file key under \(keyID)")
        }
        let stanza = try KMSKeyStanza(generated.wrapped).encoded()
        return NewFileKey(generated, stanza: stanza)
    }

    public func wrap(_ fileKey: borrowing FileKey) async throws(EnvelopeError) -> RecipientStanzas {
        let wrapped: WrappedFileKey
        do throws(KeyStoreError) {
            wrapped = try await service.wrap(fileKey, keyID: keyID, encryptionContext: encryptionContext)
        } catch {
            throw EnvelopeError(error, while: "wrapping the file key under \(keyID)")
        }
        return RecipientStanzas(try KMSKeyStanza(wrapped).encoded())
    }
}

/// The KMS keys of a key service, each for the files that were sealed for it.
public struct KMSKeyIdentity: Identity {
    /// Which encryption context a file must have been sealed under.
    public enum ExpectedContext: Sendable, Equatable {
        /// The one that the file says. The key service still authenticates it.
        case asRecorded
        /// Exactly this one; the key service is not even asked about a file with another.
        case exactly(EncryptionContext)
    }

    private let service: @Sendable () async throws(EnvelopeError) -> any KeyService
    private let expectedContext: ExpectedContext

    public init(service: any KeyService, encryptionContext: ExpectedContext) {
        self.init(encryptionContext: encryptionContext) { () async throws(EnvelopeError) in service }
    }

    /// - Parameter service: gives the key service. It is called only for a file that has a KMS key as recipient, under an expected context;
    ///   what it throws ends the opening of the file.
    public init(
        encryptionContext: ExpectedContext, service: @escaping @Sendable () async throws(EnvelopeError) -> any KeyService
    ) {
        self.service = service
        self.expectedContext = encryptionContext
    }

    public func unwrap(_ stanzas: [Stanza]) async throws(EnvelopeError) -> Unwrapping {
        // All are read before the first is tried: a malformed header is refused as a whole.
        var candidates: [WrappedFileKey] = []
        for stanza in stanzas where stanza.type == KMSKeyStanza.type {
            guard candidates.count < KMSKeyStanza.maximumCountPerFile else {
                throw EnvelopeError(.damagedHeader, "the file names more than \(KMSKeyStanza.maximumCountPerFile) KMS keys")
            }
            candidates.append(try KMSKeyStanza(stanza).wrapped)
        }
        var refusals: [Refusal] = []
        for wrapped in candidates {
            guard isExpected(wrapped.encryptionContext) else {
                refusals.append(Refusal(key: wrapped.keyARN, reason: .encryptionContextMismatch))
                continue
            }
            let service = try await service()
            do throws(KeyStoreError) {
                return .opened(try await service.unwrapFileKey(wrapped), by: wrapped.keyARN)
            } catch {
                refusals.append(Refusal(key: wrapped.keyARN, reason: .keyService(error)))
            }
        }
        return .refused(refusals)
    }

    private func isExpected(_ context: EncryptionContext) -> Bool {
        switch expectedContext {
        case .asRecorded: true
        case .exactly(let expected): context == expected
        }
    }
}
