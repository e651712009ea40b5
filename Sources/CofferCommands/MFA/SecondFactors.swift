import AccessControl
import KeyStore

/// Finds the second factors of an open store. A store without any has no database of them, and gets none by being asked.
enum SecondFactors {
    /// - Returns: nil when there never was a device.
    static func open(of store: OpenStore, in session: Session) async throws -> MFAGate? {
        guard let database = try AccessDatabase.open(path: store.files.objects, access: .existing) else {
            try await MFAGate.requireNoneEver(store.service)
            return nil
        }
        return try await MFAGate.open(environment(store, database, in: session))
    }

    /// - Throws: `notFound` when there is no device.
    static func require(of store: OpenStore, in session: Session) async throws -> MFAGate {
        guard let gate = try await open(of: store, in: session), try !gate.deviceNames().isEmpty else {
            throw AccessError(.notFound, "no device is enrolled")
        }
        return gate
    }

    static func openOrSetUp(of store: OpenStore, in session: Session) async throws -> MFAGate {
        guard let database = try AccessDatabase.open(path: store.files.objects, access: .existing) else {
            // Before anything is made: a database that is gone is no reason to begin anew.
            try await MFAGate.requireNoneEver(store.service)
            guard let database = try AccessDatabase.open(path: store.files.objects, access: .createIfMissing) else {
                preconditionFailure("a database that is created if missing is there")
            }
            return try await MFAGate.openOrSetUp(environment(store, database, in: session))
        }
        return try await MFAGate.openOrSetUp(environment(store, database, in: session))
    }

    private static func environment(
        _ store: OpenStore, _ database: AccessDatabase.Connection, in session: Session
    ) -> AccessEnvironment {
        AccessEnvironment(
            database: database, keys: store.service, trail: store.trail, clock: session.context.clock,
            caller: CallerIdentity(userName: session.context.userName, userAgent: CommandContext.userAgent),
            identity: store.service.identity)
    }
}
