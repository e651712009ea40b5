import AuditTrail
import Dispatch
import GRDB
import GRDBSQLite
import KeyStore
import Synchronization

/// Carries requests out that change the store: whatever arrives while a group is being committed becomes the next group, and shares one
/// transaction and one synchronization of the disk.
///
/// Each request stands or falls alone: it runs in a savepoint of its own. What can fail for all is the commit, and then none of them
/// has happened. Events are durable before the commit: a crash in between leaves an event without a change, never a change without
/// its event.
final class Committer: Sendable {
    typealias Body = @Sendable (StoreTransaction) throws(ObjectStoreError) -> Void
    /// Bounds the memory of a group, and the wait of its first request.
    private static let groupLimit = 256

    private let database: DatabasePool
    private let keys: StoreKeys
    private let environment: ObjectStoreEnvironment
    private let health: StoreHealth
    private let removeBlob: @Sendable (BlobName) throws(ObjectStoreError) -> Void
    private let thread = DispatchQueue(label: "coffer.objects.commit")
    private let queue = Mutex(Queue())

    private typealias Outcome = Result<Void, ObjectStoreError>

    private struct Request: Sendable {
        /// What is on record of it, done or refused.
        let event: ObjectEvent?
        /// Whether it has a transaction for itself: too large for a savepoint.
        let isAlone: Bool
        let body: Body
        let caller: CheckedContinuation<Outcome, Never>
    }

    private struct Queue {
        var requests: [Request] = []
        var isBeingDrained = false
        /// Blobs whose files are gone, and that the next transaction forgets.
        var removed: [BlobName] = []
    }

    init(
        _ database: DatabasePool, _ keys: StoreKeys, _ environment: ObjectStoreEnvironment, _ health: StoreHealth,
        removeBlob: @escaping @Sendable (BlobName) throws(ObjectStoreError) -> Void
    ) {
        self.database = database
        self.keys = keys
        self.environment = environment
        self.health = health
        self.removeBlob = removeBlob
    }

    /// Carries a request out; it is durable when this returns, and has not happened when this throws.
    ///
    /// A cancelled task waits as well: the request is being carried out, and its outcome matters.
    func commit<Value: Sendable>(
        _ event: ObjectEvent? = nil, alone: Bool = false, _ body: @escaping @Sendable (StoreTransaction) throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        let value = Mutex<Value?>(nil)
        let outcome = await withCheckedContinuation { caller in
            enqueue(
                Request(
                    event: event, isAlone: alone,
                    body: { transaction throws(ObjectStoreError) in
                        let result = try body(transaction)
                        value.withLock { $0 = result }
                    }, caller: caller))
        }
        try outcome.get()
        guard let value = value.withLock({ $0 }) else { preconditionFailure("a request that was carried out has a result") }
        return value
    }

    private func enqueue(_ request: Request) {
        let mustStart = queue.withLock { queue in
            queue.requests.append(request)
            defer { queue.isBeingDrained = true }
            return !queue.isBeingDrained
        }
        if mustStart { thread.async { self.drain() } }
    }

    private func drain() {
        while let group = takeGroup() { run(group) }
    }

    private func takeGroup() -> [Request]? {
        queue.withLock { queue in
            guard let first = queue.requests.first else {
                queue.isBeingDrained = false
                return nil
            }
            let count = first.isAlone ? 1 : queue.requests.prefix(Self.groupLimit).prefix { !$0.isAlone }.count
            let group = Array(queue.requests.prefix(count))
            queue.requests.removeFirst(count)
            return group
        }
    }

    // MARK: One group

    private func run(_ group: [Request]) {
        var outcomes: [Outcome] = []
        let forgotten = queue.withLock { queue in
            defer { queue.removed = [] }
            return queue.removed
        }
        do {
            let doomed = try commit(group, forgetting: forgotten, &outcomes)
            remove(doomed)
        } catch {
            health.note(error)
            queue.withLock { $0.removed += forgotten }
            recordRefusal(of: group, error)
            outcomes = group.map { _ in .failure(error) }
        }
        for (request, outcome) in zip(group, outcomes) { request.caller.resume(returning: outcome) }
    }

    private func commit(
        _ group: [Request], forgetting forgotten: [BlobName], _ outcomes: inout [Outcome]
    ) throws(ObjectStoreError) -> [BlobName] {
        try health.requireWritable()
        let now = try environment.now()
        do {
            return try database.write { db in
                let transaction = try StoreTransaction(db, keys, now: now)
                for request in group { outcomes.append(try carryOut(request, transaction)) }
                try transaction.forget(forgotten)
                try transaction.finish()
                try append(transaction.events, now)
                return transaction.doomed
            }
        } catch {
            throw ObjectStoreError(storage: error, doing: "write")
        }
    }

    /// - Throws: what the database, and not the request, is to blame for.
    private func carryOut(_ request: Request, _ transaction: StoreTransaction) throws(ObjectStoreError) -> Outcome {
        guard !request.isAlone else {
            try request.body(transaction)
            if let event = request.event { transaction.events.append(event) }
            return .success(())
        }
        let mark = transaction.mark()
        try Query(transaction.db, "SAVEPOINT request").run()
        do throws(ObjectStoreError) {
            try request.body(transaction)
            if let event = request.event { transaction.events.append(event) }
            try Query(transaction.db, "RELEASE request").run()
            return .success(())
        } catch {
            // After some failures SQLite has undone everything by itself.
            let isUndone = transaction.db.sqliteConnection.map { sqlite3_get_autocommit($0) != 0 } ?? true
            guard !error.isOfStorage, !isUndone else { throw error }
            try Query(transaction.db, "ROLLBACK TO request").run()
            try Query(transaction.db, "RELEASE request").run()
            transaction.forget(since: mark)
            if var event = request.event {
                event.error = error
                transaction.events.append(event)
            }
            return .failure(error)
        }
    }

    private func append(_ events: [ObjectEvent], _ now: Timestamp) throws(ObjectStoreError) {
        guard !events.isEmpty else { return }
        var records: [AuditEvent] = []
        for event in events { records.append(try event.record(in: environment, at: now)) }
        do { try environment.trail.append(records) } catch { throw ObjectStoreError(error) }
    }

    /// What was undone as a whole is on record, too, unless the trail itself is what failed.
    private func recordRefusal(of group: [Request], _ error: ObjectStoreError) {
        guard error.code != .auditUnavailable else { return }
        let events = group.compactMap { request in
            request.event.map { event in
                var event = event
                event.error = error
                return event
            }
        }
        do throws(ObjectStoreError) {
            try append(events, environment.now())
        } catch {
            // The requests fail with the reason that came first; a trail that fails too adds nothing that their callers could act on.
            return
        }
    }

    /// A blob that cannot be removed stays doomed: `coffer store maintain` tries again.
    private func remove(_ doomed: [BlobName]) {
        var removed: [BlobName] = []
        for name in doomed {
            do throws(ObjectStoreError) {
                try removeBlob(name)
                removed.append(name)
            } catch { continue }
        }
        queue.withLock { $0.removed += removed }
    }
}

extension ObjectStoreError {
    /// Whether the disk or the database is to blame, and so every request of a group fails.
    fileprivate var isOfStorage: Bool {
        [.storageFailure, .noSpace, .storeReadOnly, .auditUnavailable].contains(code)
    }
}
