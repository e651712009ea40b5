import GRDB
public import KeyStore
import OpenSSL

/// Finding the second factors of a store, and making their place.
extension MFAGate {
    static let keyContext: EncryptionContext = ["coffer:purpose": "access-control"]
    /// No device can have this serial, because names are not empty.
    static let decoySerial = "arn:aws:iam::000000000000:mfa/"

    static func seedContext(serial: String) -> EncryptionContext { ["coffer:purpose": "mfa-device", "serial": serial] }

    /// The second factors of a store.
    /// - Returns: nil when no device was ever enrolled.
    /// - Throws: `damaged` when there were second factors and their database is gone, or something in it was changed behind our back.
    public static func open(_ environment: AccessEnvironment) async throws(AccessError) -> MFAGate? {
        let stored = try environment.view { db throws(AccessError) in try AccessRecords.loadState(from: db)?.0 }
        guard let stored else {
            try await requireNoneEver(environment.keys)
            return nil
        }
        return try await open(stored, environment)
    }

    /// To be asked where there is no database: whether there never was one.
    /// - Throws: `damaged` when there was.
    public static func requireNoneEver(_ keys: any KeyService) async throws(AccessError) {
        guard try await key(named: keyAlias, in: keys) != nil else { return }
        throw .damaged("the store has the key \(keyAlias), so it had second factors, but their database is gone")
    }

    /// As ``open(_:)``; makes what is needed where no device was ever enrolled.
    public static func openOrSetUp(_ environment: AccessEnvironment) async throws(AccessError) -> MFAGate {
        if let gate = try await open(environment) { return gate }
        let wrapping = try await keyStore { () async throws(KeyStoreError) in
            try await environment.keys.createKey(CreateKeyRequest(description: "Wraps the seeds of second factors"))
        }
        let state = StateRecord(
            keyARN: wrapping.arn, wrappedKey: try await newRowKey(wrapping.arn, environment.keys),
            decoySeed: try await wrap(decoySeed(), serial: decoySerial, under: wrapping.arn, environment.keys))
        // Of several processes that come here at once, the first one's state stays; the keys of the others wrap nothing.
        let gate = MFAGate(environment: environment, key: try await rowKey(of: state, environment.keys), keyARN: state.keyARN)
        let winner = try environment.write { db throws(AccessError) in
            if let winner = try AccessRecords.loadState(from: db)?.0 { return winner }
            var records = AccessRecords(state: state, devices: [], recoveryCodes: [], sessions: [])
            try records.save(replacing: nil, in: db, key: gate.key)
            return records.state
        }
        try await nameKey(winner.keyARN, in: environment.keys)
        return winner.keyARN == state.keyARN ? gate : try await open(winner, environment)
    }

    private static func open(_ state: StateRecord, _ environment: AccessEnvironment) async throws(AccessError) -> MFAGate {
        let gate = MFAGate(environment: environment, key: try await rowKey(of: state, environment.keys), keyARN: state.keyARN)
        _ = try gate.records()
        return gate
    }

    /// Everything, on one snapshot.
    func records() throws(AccessError) -> AccessRecords {
        try environment.view { db throws(AccessError) in try AccessRecords.load(from: db, key: key) }
    }
}

// MARK: Keys

extension MFAGate {
    private static func newRowKey(_ keyARN: String, _ keys: any KeyService) async throws(AccessError) -> [UInt8] {
        try await keyStore { () async throws(KeyStoreError) in
            try await keys.generateDataKeyWithoutPlaintext(
                GenerateDataKeyRequest(keyID: keyARN, encryptionContext: keyContext, numberOfBytes: AccessKey.byteCount)
            ).ciphertextBlob
        }
    }

    private static func rowKey(of state: StateRecord, _ keys: any KeyService) async throws(AccessError) -> AccessKey {
        let dataKey = try await unwrap(state.wrappedKey, keyContext, keyARN: state.keyARN, keys)
        guard dataKey.count == AccessKey.byteCount else { throw .damaged("the key of the second factors has another length") }
        do { return try AccessKey(dataKey) } catch { throw AccessError(error) }
    }

    private static func decoySeed() throws(AccessError) -> SecretBytes {
        do { return try SecretBytes(random: TOTPAlgorithm.sha1.seedByteCount) } catch { throw AccessError(error) }
    }

    func wrap(_ seed: consuming SecretBytes, serial: String) async throws(AccessError) -> [UInt8] {
        try await Self.wrap(seed, serial: serial, under: keyARN, environment.keys)
    }

    private static func wrap(
        _ seed: consuming SecretBytes, serial: String, under keyARN: String, _ keys: any KeyService
    ) async throws(AccessError) -> [UInt8] {
        let request = EncryptRequest(keyID: keyARN, plaintext: seed, encryptionContext: seedContext(serial: serial))
        do { return try await keys.encrypt(request).ciphertextBlob } catch { throw AccessError(error) }
    }

    func unwrap(_ wrappedSeed: [UInt8], serial: String) async throws(AccessError) -> SecretBytes {
        try await Self.unwrap(wrappedSeed, Self.seedContext(serial: serial), keyARN: keyARN, environment.keys)
    }

    private static func unwrap(
        _ blob: [UInt8], _ context: EncryptionContext, keyARN: String, _ keys: any KeyService
    ) async throws(AccessError) -> SecretBytes {
        let request = DecryptRequest(ciphertextBlob: blob, encryptionContext: context, keyID: keyARN)
        let response: DecryptResponse
        do { response = try await keys.decrypt(request) } catch { throw AccessError(error) }
        do { return try response.plaintext.copy() } catch { throw AccessError(error) }
    }

    private static func nameKey(_ keyARN: String, in keys: any KeyService) async throws(AccessError) {
        guard try await key(named: keyAlias, in: keys) == nil else { return }
        do throws(KeyStoreError) {
            try await keys.createAlias(aliasName: keyAlias, targetKeyID: keyARN)
        } catch {
            // Another process was faster.
            guard error.code == .alreadyExists else { throw AccessError(error) }
        }
    }

    private static func key(named alias: String, in keys: any KeyService) async throws(AccessError) -> KeyMetadata? {
        do throws(KeyStoreError) {
            return try await keys.describeKey(keyID: alias)
        } catch {
            guard error.code == .notFound else { throw AccessError(error) }
            return nil
        }
    }

    private static func keyStore<R>(_ body: () async throws(KeyStoreError) -> R) async throws(AccessError) -> R {
        do { return try await body() } catch { throw AccessError(error) }
    }
}
