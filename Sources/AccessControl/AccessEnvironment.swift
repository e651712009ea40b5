public import AuditTrail
public import GRDB
public import KeyStore

/// Everything that access control needs from outside.
public struct AccessEnvironment: Sendable {
    /// Where the tables of ``AccessControlSchema`` are.
    public let database: any DatabaseWriter
    public let keys: any KeyService
    public let trail: AuditTrail
    public let clock: any KeyStoreClock
    public let caller: CallerIdentity
    public let identity: StoreIdentity

    public init(
        database: any DatabaseWriter, keys: any KeyService, trail: AuditTrail, clock: any KeyStoreClock, caller: CallerIdentity,
        identity: StoreIdentity
    ) {
        self.database = database
        self.keys = keys
        self.trail = trail
        self.clock = clock
        self.caller = caller
        self.identity = identity
    }

    func read() throws(AccessError) -> ClockReading {
        do { return try clock.read() } catch { throw AccessError(error) }
    }

    /// One transaction, whose lock is taken before its first read.
    func write<R>(_ body: (Database) throws(AccessError) -> R) throws(AccessError) -> R {
        do {
            return try database.write { db in try body(db) }
        } catch {
            throw AccessError(error, doing: "write")
        }
    }

    func view<R>(_ body: (Database) throws(AccessError) -> R) throws(AccessError) -> R {
        do {
            return try database.read { db in try body(db) }
        } catch {
            throw AccessError(error, doing: "read")
        }
    }
}
