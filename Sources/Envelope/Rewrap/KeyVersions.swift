import KeyStore

/// The current versions of KMS keys, as this run has seen them.
///
/// There is no request that tells a key's version without using it, so it is read off a ciphertext: of a random key that is thrown away.
/// An answer serves some files and is then asked for again; and at the end of the run, all keys are asked about once more, so
/// that a rotation in between is told.
actor KeyVersions {
    /// How many questions one answer serves.
    private static let validityCount = 1000
    /// How many keys are remembered. A tree of files for more keys than that only asks more often.
    private static let maximumKeyCount = 10_000

    private struct Answer {
        let outcome: Result<KeyVersionName, KeyStoreError>
        /// The version at the beginning of the run.
        let first: UInt32?
        let encryptionContext: EncryptionContext
        var useCount = 0
    }

    private let service: FileKeyWrapping
    private var answers: [String: Answer] = [:]

    init(service: FileKeyWrapping) {
        self.service = service
    }

    /// The key's ARN and current version.
    func current(of keyID: String, _ encryptionContext: EncryptionContext) async throws(KeyStoreError) -> KeyVersionName {
        if var known = answers[keyID], known.useCount < Self.validityCount {
            known.useCount += 1
            answers[keyID] = known
            return try known.outcome.get()
        }
        let outcome = await ask(keyID, encryptionContext)
        remember(outcome, of: keyID, encryptionContext)
        return try outcome.get()
    }

    /// A version that a key service used just now.
    func saw(_ name: KeyVersionName) {
        guard let answer = answers[name.keyARN], case .success(let known) = answer.outcome, let version = name.version,
            version > known.version ?? 0
        else { return }
        answers[name.keyARN] = Answer(outcome: .success(name), first: answer.first, encryptionContext: answer.encryptionContext)
    }

    /// ARNs of the keys that have another version now than when they were first asked about.
    func rotatedMeanwhile() async -> [String] {
        var rotated: Set<String> = []
        for (keyID, answer) in answers {
            guard case .success(let known) = answer.outcome else { continue }
            // A key that cannot be asked any more was not rotated either: that needs an enabled key.
            guard case .success(let now) = await ask(keyID, answer.encryptionContext) else { continue }
            if now.version != answer.first { rotated.insert(known.keyARN) }
        }
        return rotated.sorted()
    }

    private func remember(_ outcome: Result<KeyVersionName, KeyStoreError>, of keyID: String, _ encryptionContext: EncryptionContext) {
        // A service that could not answer may do so for the next file.
        if case .failure(let error) = outcome, !StanzaRewrite.isAboutKey(error) { return }
        guard answers[keyID] != nil || answers.count < Self.maximumKeyCount else { return }
        let first: UInt32?
        if let known = answers[keyID], case .success = known.outcome {
            first = known.first
        } else if case .success(let name) = outcome {
            first = name.version
        } else {
            first = nil
        }
        answers[keyID] = Answer(outcome: outcome, first: first, encryptionContext: encryptionContext)
    }

    private func ask(_ keyID: String, _ encryptionContext: EncryptionContext) async -> Result<KeyVersionName, KeyStoreError> {
        do throws(KeyStoreError) {
            let wrapped = try await service.wrap(FileKey.generate(), keyID: keyID, encryptionContext: encryptionContext)
            return .success(KeyVersionName(wrapped))
        } catch {
            return .failure(error)
        }
    }
}

extension KeyVersionName {
    init(_ wrapped: WrappedFileKey) {
        self.init(keyARN: wrapped.keyARN, version: KMSKeyStanza(wrapped).keyVersion)
    }
}
