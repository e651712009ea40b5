import Synchronization

/// A key as of one state of the store, with the versions that have been used so far in locked memory.
final class LoadedKey: Sendable {
    let record: KeyRecord
    let arn: String
    private let versions: [UInt32: KeyVersionRecord]
    private let root: RootKey
    private let loaded = Mutex<[UInt32: LoadedVersion]>([:])

    init(_ record: KeyRecord, arn: String, versions: [KeyVersionRecord], root: RootKey) {
        self.record = record
        self.arn = arn
        self.versions = Dictionary(versions.map { ($0.version, $0) }, uniquingKeysWith: { first, _ in first })
        self.root = root
    }

    /// The version that encrypts.
    func current(at now: Timestamp) throws(KeyStoreError) -> LoadedVersion { try version(record.currentVersion, at: now) }

    /// - Throws: `InvalidCiphertextException` when there is no such version, `KMSInvalidStateException` when its imported material was
    ///   deleted or has expired.
    func version(_ number: UInt32, at now: Timestamp) throws(KeyStoreError) -> LoadedVersion {
        guard let version = versions[number] else {
            throw KeyStoreError(
                .invalidCiphertext, "it names version \(number) of \(arn), which this store lacks; a newer backup of the key may have it")
        }
        let isExpired = version.importInfo?.validTo.map { $0 <= now } ?? false
        guard version.isUsable, !isExpired else { throw KeyStoreError(.invalidState, "\(arn) is pending import.") }
        return try loaded.withLock { loaded throws(KeyStoreError) in
            if let ready = loaded[number] { return ready }
            let ready = try LoadedVersion(version, root: root)
            loaded[number] = ready
            return ready
        }
    }

    /// Checks state and usage in AWS's order and words.
    func require(_ usage: KeyUsage, for operation: String) throws(KeyStoreError) {
        try record.requireUsable(arn: arn)
        guard record.usage == usage else {
            throw KeyStoreError(.invalidKeyUsage, "\(arn) key usage is \(record.usage.rawValue) which is not valid for \(operation).")
        }
    }
}

extension KeyRecord {
    /// For operations that use the key (AWS KMS developer guide, "Key states"; messages as AWS gives them).
    func requireUsable(arn: String) throws(KeyStoreError) {
        switch state {
        case .enabled: return
        case .disabled: throw KeyStoreError(.disabled, "\(arn) is disabled.")
        case .pendingDeletion: throw KeyStoreError(.invalidState, "\(arn) is pending deletion.")
        case .pendingImport: throw KeyStoreError(.invalidState, "\(arn) is pending import.")
        }
    }

    /// For operations that change the key's description: everything but a key that is about to go.
    func requireNotPendingDeletion(arn: String) throws(KeyStoreError) {
        if state == .pendingDeletion { throw KeyStoreError(.invalidState, "\(arn) is pending deletion.") }
    }
}

/// Keys by the names they were asked for, valid for one state of the store.
final class LoadedKeyCache: Sendable {
    /// Bounds the locked memory in use.
    private static let maximumCount = 256

    private struct State {
        var token: UInt64 = 0
        var keys: [String: LoadedKey] = [:]
    }

    private let state = Mutex(State())

    func key(_ reference: String, token: UInt64) -> LoadedKey? {
        state.withLock { state in
            if state.token != token { state = State(token: token) }
            return state.keys[reference]
        }
    }

    /// Keeps the key unless the store has moved on since `token` was read.
    func insert(_ key: LoadedKey, for reference: String, token: UInt64) {
        state.withLock { state in
            guard state.token == token else { return }
            if state.keys.count >= Self.maximumCount { state.keys.removeAll() }
            state.keys[reference] = key
        }
    }

    func removeAll() { state.withLock { $0 = State() } }
}
