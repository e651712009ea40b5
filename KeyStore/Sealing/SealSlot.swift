import OpenSSL

/// Making and opening seals. A seal that can be opened here is opened before it is stored: nobody finds out later that the
/// only way in does not work.
enum SealSlot {
    /// - Returns: the record, and the identity that opens it, or nil for a recovery seal, whose identity is elsewhere.
    static func make(_ seal: consuming NewSeal, label: String, root: RootKey, now: Timestamp) throws(KeyStoreError) -> SealRecord {
        guard label.utf8.count <= SealRecord.maximumLabelByteCount else {
            throw KeyStoreError(.validation, "a seal's label has at most \(SealRecord.maximumLabelByteCount) bytes")
        }
        do {
            let record: SealRecord
            switch consume seal {
            case .passphrase(let passphrase, let parameters):
                try PassphraseSeal.validate(passphrase: passphrase)
                let identity = try AgeIdentity.generate()
                let sealed = try PassphraseSeal(identity, passphrase: passphrase, parameters: parameters)
                record = try make(.passphrase, label, identity.recipient(), nil, sealed, root, now)
                try prove(record, .passphrase(passphrase), root)
            case .keyFile(let path, let identity):
                guard !path.isEmpty, path.utf8.count <= SealRecord.maximumPathByteCount else {
                    throw KeyStoreError(.validation, "a key file's path has 1 to \(SealRecord.maximumPathByteCount) bytes")
                }
                record = try make(.keyFile, label, identity.recipient(), path, nil, root, now)
                try prove(record, .identity(identity), root)
            case .recovery(let recipient):
                record = try make(.recovery, label, recipient, nil, nil, root, now)
            }
            return record
        } catch let error as KeyStoreError { throw error } catch let error as OpenSSLError { throw KeyStoreError(error) } catch {
            throw KeyStoreError(.internalFailure, "\(error)")
        }
    }

    private static func make(
        _ kind: SealKind, _ label: String, _ recipient: AgeRecipient, _ path: String?, _ passphraseSeal: PassphraseSeal?, _ root: RootKey,
        _ now: Timestamp
    ) throws -> SealRecord {
        SealRecord(
            sealID: try Random.bytes(SealRecord.idByteCount), kind: kind, label: label, creationDate: now, recipient: recipient,
            keyFilePath: path, passphraseSeal: passphraseSeal,
            wrappedRoot: try RecipientWrap(root.bytes, to: recipient, label: RecipientWrap.rootLabel))
    }

    private static func prove(_ record: SealRecord, _ credential: consuming SealCredential, _ root: RootKey) throws {
        let decoded = SealRecord(encoded: record.encoded)
        guard let decoded, let opened = try open(decoded, with: credential), opened.root.isEqual(to: root.bytes) else {
            throw KeyStoreError(.internalFailure, "the new seal does not open the root key; nothing was changed")
        }
    }

    struct Opened: ~Copyable {
        let root: SecretBytes
        let identity: AgeIdentity
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
        return Opened(root: root, identity: identity)
    }

    /// Tries every seal. All passphrase seals are tried even after one has opened, so that the time tells only how many there are.
    static func openAny(_ seals: [SealRecord], with credential: borrowing SealCredential) throws(KeyStoreError) -> OpenedSeal? {
        var found: OpenedSeal?
        for seal in seals {
            guard let opened = try open(seal, with: credential) else { continue }
            found = try OpenedSeal(seal, opened)
        }
        return found
    }
}

/// The seal that opened this session, kept to prove that the next root key opens with it, too.
final class OpenedSeal: Sendable {
    let sealID: [UInt8]
    let rootBytes: SecretBytes
    let identity: AgeIdentity

    init(_ record: SealRecord, _ opened: borrowing SealSlot.Opened) throws(KeyStoreError) {
        self.sealID = record.sealID
        do { self.rootBytes = try opened.root.copy() } catch { throw KeyStoreError(error) }
        self.identity = try opened.identity.copy()
    }
}
