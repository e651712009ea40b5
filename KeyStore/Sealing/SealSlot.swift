import OpenSSL

/// Making and opening seals. A seal that can be opened here is opened before it is stored: nobody finds out later that the
/// only way in does not work.
enum SealSlot {
    struct Made {
        let record: SealRecord
        /// What opens it; nil for a recovery seal, whose identity is elsewhere.
        let opener: OpenedSeal?
    }

    static func make(_ seal: consuming NewSeal, label: String, root: RootKey, now: Timestamp) throws(KeyStoreError) -> Made {
        guard label.utf8.count <= SealRecord.maximumLabelByteCount else {
            throw KeyStoreError(.validation, "a seal's label has at most \(SealRecord.maximumLabelByteCount) bytes")
        }
        switch consume seal {
        case .passphrase(let passphrase, let parameters):
            try PassphraseSeal.validate(passphrase: passphrase)
            let identity = try AgeIdentity.generate()
            let sealed: PassphraseSeal
            do { sealed = try PassphraseSeal(identity, passphrase: passphrase, parameters: parameters) } catch {
                throw KeyStoreError(error)
            }
            let record = try record(.passphrase, label, try identity.recipient(), nil, sealed, root, now)
            return try proven(record, .passphrase(passphrase), root)
        case .keyFile(let path, let identity):
            guard !path.isEmpty, path.utf8.count <= SealRecord.maximumPathByteCount else {
                throw KeyStoreError(.validation, "a key file's path has 1 to \(SealRecord.maximumPathByteCount) bytes")
            }
            let record = try record(.keyFile, label, try identity.recipient(), path, nil, root, now)
            return try proven(record, .identity(identity), root)
        case .recovery(let recipient):
            return Made(record: try record(.recovery, label, recipient, nil, nil, root, now), opener: nil)
        }
    }

    private static func record(
        _ kind: SealKind, _ label: String, _ recipient: AgeRecipient, _ path: String?, _ passphraseSeal: PassphraseSeal?, _ root: RootKey,
        _ now: Timestamp
    ) throws(KeyStoreError) -> SealRecord {
        do {
            return SealRecord(
                sealID: try Random.bytes(SealRecord.idByteCount), kind: kind, label: label, creationDate: now, recipient: recipient,
                keyFilePath: path, passphraseSeal: passphraseSeal,
                wrappedRoot: try RecipientWrap(root.bytes, to: recipient, label: RecipientWrap.rootLabel))
        } catch { throw KeyStoreError(error) }
    }

    /// Opens the seal from its stored form, as a later process will.
    private static func proven(_ record: SealRecord, _ credential: consuming SealCredential, _ root: RootKey) throws(KeyStoreError) -> Made
    {
        guard let decoded = SealRecord(encoded: record.encoded), let opened = try open(decoded, with: credential),
            opened.root.isEqual(to: root.bytes)
        else { throw KeyStoreError(.internalFailure, "the new seal does not open the root key; nothing was changed") }
        return Made(record: record, opener: opened.seal)
    }

    struct Opened: ~Copyable {
        let root: SecretBytes
        let seal: OpenedSeal
    }

    /// nil when this seal is not opened by the credential.
    static func open(_ record: SealRecord, with credential: borrowing SealCredential) throws(KeyStoreError) -> Opened? {
        do throws(OpenSSLError) {
            switch credential {
            case .passphrase(let passphrase):
                guard let sealed = record.passphraseSeal else { return nil }
                return try opened(record, AgeIdentity(unchecked: sealed.open(with: passphrase)))
            case .identity(let identity):
                guard record.kind != .passphrase else { return nil }
                return try opened(record, AgeIdentity(unchecked: identity.privateKey.copy()))
            }
        } catch {
            if error.code == .authenticationFailed { return nil }
            throw KeyStoreError(error)
        }
    }

    private static func opened(_ record: SealRecord, _ identity: consuming AgeIdentity) throws(OpenSSLError) -> Opened {
        let root = try record.wrappedRoot.open(with: identity, label: RecipientWrap.rootLabel)
        return Opened(root: root, seal: OpenedSeal(sealID: record.sealID, identity: identity))
    }

    /// Tries every seal, also after one has opened, so that the time tells only how many there are.
    static func openAny(_ seals: [SealRecord], with credential: borrowing SealCredential) throws(KeyStoreError) -> Opened? {
        var found: Opened?
        for seal in seals {
            if let opened = try open(seal, with: credential) { found = consume opened }
        }
        return found
    }
}

/// The seal that opened this session, kept to prove that the next root key opens with it, too.
final class OpenedSeal: Sendable {
    let sealID: [UInt8]
    let identity: AgeIdentity

    init(sealID: [UInt8], identity: consuming AgeIdentity) {
        self.sealID = sealID
        self.identity = identity
    }
}
