public import AccessControl
import GRDB
import KeyStore
import OpenSSL
import Synchronization

/// The embedded object service: objects as age files in the store's folder, what is said about them in a database beside it.
///
/// Several tasks, and several processes, may use one store at once. An operation that returned is durable.
public final class LocalObjectService: ObjectService {
    public enum Access: Sendable {
        /// Makes what is missing: the database, a folder, and a KMS key for objects that name none.
        case createIfMissing
        case existing
    }

    /// How the KMS key is found again under which objects are sealed that name none.
    public static let defaultKeyAlias = "alias/coffer-objects"

    let environment: ObjectStoreEnvironment
    let database: DatabasePool
    let storeKeys: StoreKeys
    let sealer: ObjectSealer
    let blobs: BlobFolder
    let payloads: PayloadWriter
    let health: StoreHealth
    let committer: Committer
    /// The KMS key of objects that name none.
    let defaultKeyARN: String
    private let gate = Mutex<MFAGate?>(nil)

    private init(_ environment: ObjectStoreEnvironment, _ database: DatabasePool, _ storeKeys: StoreKeys, _ state: StoreState) {
        self.environment = environment
        self.database = database
        self.storeKeys = storeKeys
        sealer = ObjectSealer(keys: environment.keys)
        let blobs = BlobFolder(path: environment.blobFolder, calls: environment.calls)
        self.blobs = blobs
        payloads = PayloadWriter(folder: blobs)
        health = StoreHealth(folder: environment.folder)
        committer = Committer(database, storeKeys, environment, health) { name throws(ObjectStoreError) in try blobs.remove(name) }
        defaultKeyARN = state.keyARN
    }

    // MARK: Opening

    /// Opens the object store in a store's folder.
    ///
    /// - Throws: `StoreNotFound` when there is none and none is to be made; `NewerFormat`, `StoreReadOnly`; `DamagedRecord`, also when there
    ///   are files of objects and nothing that says what they are.
    public static func open(_ environment: ObjectStoreEnvironment, _ access: Access) async throws(ObjectStoreError) -> LocalObjectService {
        if let service = try await openStored(environment) { return service }
        if try isLost(environment, access) {
            // Unless another process began in between: its state is there before its first file is.
            if let service = try await openStored(environment) { return service }
            throw .damaged(
                "The database of objects is lost: \(environment.databasePath) names none, but \(environment.blobFolder) is there. Restore "
                    + "objects.sqlite from a backup, where no objects.sqlite-wal and -shm lie beside it; to begin anew, move that folder away"
            )
        }
        guard access == .createIfMissing, let database = try ObjectDatabase.open(path: environment.databasePath, create: true) else {
            throw ObjectStoreError(.storeNotFound, "No object was ever stored here.")
        }
        if let state = try storedState(database) { return try await open(environment, database, state) }
        return try await open(environment, database, try await setUp(database, environment))
    }

    /// - Returns: nil where nothing was ever stored, or what was is lost.
    private static func openStored(_ environment: ObjectStoreEnvironment) async throws(ObjectStoreError) -> LocalObjectService? {
        guard let database = try ObjectDatabase.open(path: environment.databasePath, create: false), let state = try storedState(database)
        else { return nil }
        return try await open(environment, database, state)
    }

    private static func open(
        _ environment: ObjectStoreEnvironment, _ database: DatabasePool, _ state: StoreState
    ) async throws(ObjectStoreError) -> LocalObjectService {
        let service = LocalObjectService(environment, database, try await unwrapKeys(state, environment.keys), state)
        // Now that it can be authenticated.
        _ = try service.view { reader throws(ObjectStoreError) in try reader.state() }
        try service.blobs.prepare()
        return service
    }

    /// Whether there were objects, of which no database tells any more. A new one would make their files what a crash leaves, which is
    /// cleared away. The folder is made after the first state is stored; an empty one may have been made for a disk of its own.
    private static func isLost(_ environment: ObjectStoreEnvironment, _ access: Access) throws(ObjectStoreError) -> Bool {
        let blobs = BlobFolder(path: environment.blobFolder, calls: environment.calls)
        return switch access {
        case .existing: try blobs.exists()
        case .createIfMissing: try blobs.holdsFiles()
        }
    }

    /// - Returns: nil when there is none; it is not authenticated yet.
    private static func storedState(_ database: DatabasePool) throws(ObjectStoreError) -> StoreState? {
        do {
            return try database.read { db in
                guard let (record, _) = try StoreReader.storedState(db) else { return nil }
                if let format = StoreState.format(of: record), format > UInt32(ObjectStoreSchema.formatVersion) {
                    throw ObjectStoreError(.newerFormat)
                }
                do { return try StoreState(decoding: record) } catch is MalformedRecord {
                    guard try ObjectStoreSchema.isSettled(db) else { throw ObjectStoreError(.olderFormat) }
                    throw ObjectStoreError.damaged("The state of the object store is not well formed")
                }
            }
        } catch {
            throw ObjectStoreError(storage: error, doing: "read")
        }
    }

    /// Of several processes that come here at once, the first one's state stays; the keys of the others wrap nothing.
    private static func setUp(_ database: DatabasePool, _ environment: ObjectStoreEnvironment) async throws(ObjectStoreError) -> StoreState
    {
        let keyARN = try await defaultKey(environment.keys)
        let wrapped: [UInt8]
        let storeID: [UInt8]
        do {
            wrapped = try await environment.keys.generateDataKeyWithoutPlaintext(
                GenerateDataKeyRequest(keyID: keyARN, encryptionContext: StoreKeys.context, numberOfBytes: StoreKeys.byteCount)
            ).ciphertextBlob
        } catch { throw ObjectStoreError(error) }
        do { storeID = try Random.bytes(StoreState.idByteCount) } catch { throw ObjectStoreError(error) }
        let state = StoreState(storeID: storeID, keyARN: keyARN, wrappedKey: wrapped)
        return try begin(state, try await unwrapKeys(state, environment.keys), database)
    }

    private static func begin(_ state: StoreState, _ keys: StoreKeys, _ database: DatabasePool) throws(ObjectStoreError) -> StoreState {
        var state = state
        var sets = try keys.setAuthenticator()
        do { state.digest = try CatalogDigest.Sum.empty.masked(&sets) } catch { throw ObjectStoreError(error) }
        let first = state
        do {
            return try database.write { db in
                if let (record, _) = try StoreReader.storedState(db) { return try StoreState(decoding: record) }
                try StoreTransaction.write(first, StoreReader(db: db, authenticator: keys.rowAuthenticator()))
                return first
            }
        } catch {
            throw ObjectStoreError(storage: error, doing: "write")
        }
    }

    private static func defaultKey(_ keys: any KeyService) async throws(ObjectStoreError) -> String {
        do throws(KeyStoreError) {
            return try await keys.describeKey(keyID: defaultKeyAlias).arn
        } catch {
            guard error.code == .notFound else { throw ObjectStoreError(error) }
        }
        do throws(KeyStoreError) {
            let key = try await keys.createKey(CreateKeyRequest(description: "Protects objects that name no other key"))
            do throws(KeyStoreError) {
                try await keys.createAlias(aliasName: defaultKeyAlias, targetKeyID: key.arn)
                return key.arn
            } catch {
                // Another process was faster.
                guard error.code == .alreadyExists else { throw error }
                return try await keys.describeKey(keyID: defaultKeyAlias).arn
            }
        } catch {
            throw ObjectStoreError(error)
        }
    }

    private static func unwrapKeys(_ state: StoreState, _ keys: any KeyService) async throws(ObjectStoreError) -> StoreKeys {
        do {
            let response = try await keys.decrypt(
                DecryptRequest(ciphertextBlob: state.wrappedKey, encryptionContext: StoreKeys.context, keyID: state.keyARN))
            guard response.plaintext.count == StoreKeys.byteCount else {
                throw ObjectStoreError.damaged("The key of the object store's rows has another length")
            }
            return try StoreKeys(response.plaintext)
        } catch let error as KeyStoreError {
            throw ObjectStoreError(error)
        } catch let error as OpenSSLError {
            throw ObjectStoreError(error)
        } catch {
            throw ObjectStoreError(storage: error, doing: "open")
        }
    }

    // MARK: Reading

    /// Looks at one snapshot.
    func view<Value>(_ body: (StoreReader) throws(ObjectStoreError) -> Value) throws(ObjectStoreError) -> Value {
        do {
            return try database.unsafeRead { db in
                let reader = StoreReader(db: db, authenticator: try storeKeys.rowAuthenticator())
                return try reader.inSnapshot { () throws(ObjectStoreError) in try body(reader) }
            }
        } catch {
            throw ObjectStoreError(storage: error, doing: "read")
        }
    }

    func now() throws(ObjectStoreError) -> Timestamp { try environment.now() }

    // MARK: Second factors

    /// The second factors of the store; nil where no device was ever enrolled.
    public func secondFactors() async throws(ObjectStoreError) -> MFAGate? {
        if let known = gate.withLock({ $0 }) { return known }
        let opened: MFAGate?
        do {
            opened = try await MFAGate.open(
                AccessEnvironment(
                    database: database, keys: environment.keys, trail: environment.trail, clock: environment.clock,
                    caller: environment.caller, identity: environment.identity))
        } catch { throw ObjectStoreError(error) }
        gate.withLock { $0 = opened }
        return opened
    }
}
