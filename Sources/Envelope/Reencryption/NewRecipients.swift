import AgeFormat
public import KeyStore

/// For whom a file is sealed when it gets a new file key.
public enum NewRecipients: Sendable {
    /// These, whoever could open it before.
    case given([any Recipient])
    /// The KMS keys that could open it before, each under its encryption context. A file that has other recipients, too, is
    /// refused: their stanzas do not say for whom they are, and cannot be made anew.
    ///
    /// The closure gives the key service.
    case sameKeys(@Sendable () async throws(EnvelopeError) -> any KeyService)

    /// - Parameter name: stands for the file in errors.
    /// - Throws: `invalidRecipients`.
    func recipients(of header: AgeHeader, name: String) async throws(EnvelopeError) -> [any Recipient] {
        switch self {
        case .given(let recipients):
            return recipients
        case .sameKeys(let keys):
            let others = Set(header.stanzas.map(\.type)).subtracting([KMSKeyStanza.type, HeaderPadding.type])
            guard others.isEmpty else {
                let types = others.sorted().prefix(5).joined(separator: ", ")
                throw EnvelopeError(
                    .invalidRecipients,
                    "\(name): it has recipients that are not KMS keys (\(types)): name all recipients that it is to have")
            }
            let service = try await keys()
            var recipients: [any Recipient] = []
            for stanza in header.stanzas where stanza.type == KMSKeyStanza.type {
                let wrapped = try KMSKeyStanza(stanza).wrapped
                recipients.append(KMSKeyRecipient(keyID: wrapped.keyARN, encryptionContext: wrapped.encryptionContext, service: service))
            }
            return recipients
        }
    }
}
