public import AuditTrail
import Envelope
public import KeyStore
public import SystemPackage

/// Everything that an object store needs from outside.
public struct ObjectStoreEnvironment: Sendable {
    /// The store's folder, which exists; objects are in `objects.sqlite` and `objects/` in it.
    public let folder: FilePath
    public let keys: any KeyService
    public let trail: AuditTrail
    public let clock: any KeyStoreClock
    public let caller: CallerIdentity
    public let identity: StoreIdentity
    /// A seam for tests.
    let calls: any FileCalls

    public init(
        folder: FilePath, keys: any KeyService, trail: AuditTrail, clock: any KeyStoreClock, caller: CallerIdentity,
        identity: StoreIdentity
    ) {
        self.init(
            folder: folder, keys: keys, trail: trail, clock: clock, caller: caller, identity: identity, calls: SystemFileCalls())
    }

    init(
        folder: FilePath, keys: any KeyService, trail: AuditTrail, clock: any KeyStoreClock, caller: CallerIdentity,
        identity: StoreIdentity, calls: any FileCalls
    ) {
        self.folder = folder
        self.keys = keys
        self.trail = trail
        self.clock = clock
        self.caller = caller
        self.identity = identity
        self.calls = calls
    }

    var databasePath: String { Self.databasePath(in: folder) }
    static func databasePath(in folder: FilePath) -> String { folder.appending("objects.sqlite").string }
    var blobFolder: FilePath { folder.appending("objects") }

    func now() throws(ObjectStoreError) -> Timestamp {
        do { return try clock.read().wall } catch { throw ObjectStoreError(error) }
    }
}
