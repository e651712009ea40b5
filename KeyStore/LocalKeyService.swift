import AuditTrail
import OpenSSL
import Synchronization

/// The embedded key service: keys in a local store, opened by a seal.
///
/// An open store: the root key is in locked memory, key versions are loaded when they are used and dropped whenever anybody,
/// also another process, has changed the store. Safe to use from many tasks.
public final class LocalKeyService: KeyService {
    let environment: KeyStoreEnvironment
    public let identity: StoreIdentity
    let creationDate: Timestamp
    /// The caller as each event names it.
    let principal: AuditPrincipal
    private let session: Mutex<Session>
    let loadedKeys = LoadedKeyCache()

    struct Session {
        var root: RootKey
        /// The seal that opened this session.
        let seal: OpenedSeal
    }

    /// The latest time that the store had seen when it was opened: what was over then stays over.
    private let latestWall: Timestamp

    init(environment: KeyStoreEnvironment, catalog: CatalogRecord, root: RootKey, seal: OpenedSeal) {
        self.environment = environment
        self.identity = catalog.identity
        self.creationDate = catalog.creationDate
        self.principal = environment.caller.principal(in: catalog.identity)
        self.latestWall = catalog.clock.latestWall
        self.session = Mutex(Session(root: root, seal: seal))
    }

    /// The time by which validity is judged.
    func now() throws(KeyStoreError) -> Timestamp { max(try environment.clock.read().wall, latestWall) }

    var root: RootKey { session.withLock { $0.root } }
    var openedSeal: OpenedSeal { session.withLock { $0.seal } }

    func replaceRoot(_ root: RootKey) {
        session.withLock { $0.root = root }
        forgetLoadedKeys()
    }

    func forgetLoadedKeys() { loadedKeys.removeAll() }

    // MARK: Finding keys

    /// The key that a `KeyId` names, with its material, as the store has it now.
    func usableKey(_ reference: String) throws(KeyStoreError) -> LoadedKey {
        let token = try environment.records.changeToken()
        if let loaded = loadedKeys.key(reference, token: token) { return loaded }
        let root = root
        let key = try environment.records.read { reader throws(KeyStoreError) in
            let snapshot = CatalogSnapshot(reader: reader, root: root)
            let record = try find(reference, in: snapshot, allowsAlias: true)
            return try LoadedKey(record, arn: identity.keyARN(record.keyID), versions: snapshot.versions(of: record.keyID), root: root)
        }
        loadedKeys.insert(key, for: reference, token: token)
        return key
    }

    func find(_ reference: String, in snapshot: CatalogSnapshot, allowsAlias: Bool) throws(KeyStoreError) -> KeyRecord {
        switch try KeyReference(reference, in: identity, allowsAlias: allowsAlias) {
        case .key(let keyID):
            guard let record = try snapshot.key(keyID) else {
                throw KeyStoreError(.notFound, "Key '\(identity.keyARN(keyID))' does not exist")
            }
            return record
        case .alias(let name):
            guard let alias = try snapshot.alias(name) else {
                throw KeyStoreError(.notFound, "Alias \(identity.aliasARN(name)) is not found.")
            }
            guard let record = try snapshot.key(alias.targetKeyID) else {
                throw KeyStoreError(.damagedRecord, "\(name) points to a key that does not exist")
            }
            return record
        }
    }

    func find(_ reference: String, in snapshot: CatalogSnapshot, _ event: inout OperationEvent, allowsAlias: Bool = false)
        throws(KeyStoreError) -> KeyRecord
    {
        let record = try find(reference, in: snapshot, allowsAlias: allowsAlias)
        event.concerns(identity.keyARN(record.keyID))
        return record
    }
}
