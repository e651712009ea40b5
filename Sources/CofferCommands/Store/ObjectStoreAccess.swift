import KeyStore
import ObjectStore
import SystemPackage

/// Opens the object store of an open store.
enum ObjectStoreAccess {
    /// - Throws: `storeNotFound` when it is only to be opened, and nothing was ever stored.
    static func open(
        _ store: OpenStore, _ access: LocalObjectService.Access, in session: Session
    ) async throws(ObjectStoreError) -> LocalObjectService {
        try await LocalObjectService.open(environment(store, in: session), access)
    }

    /// - Returns: nil when nothing was ever stored.
    static func openIfPresent(
        _ store: OpenStore, _ access: LocalObjectService.Access = .existing, in session: Session
    ) async throws(ObjectStoreError) -> LocalObjectService? {
        do throws(ObjectStoreError) {
            return try await open(store, access, in: session)
        } catch {
            guard error.code == .storeNotFound else { throw error }
            return nil
        }
    }

    private static func environment(_ store: OpenStore, in session: Session) -> ObjectStoreEnvironment {
        ObjectStoreEnvironment(
            folder: FilePath(store.files.directory), keys: store.service, trail: store.trail, clock: session.context.clock,
            caller: CallerIdentity(userName: session.context.userName, userAgent: CommandContext.userAgent),
            identity: store.service.identity)
    }
}

/// A command on buckets and objects.
protocol ObjectStoreCommand: StoreCommand {
    /// Whether the object store is made if there is none.
    static var access: LocalObjectService.Access { get }
    func run(on objects: LocalObjectService, in session: Session) async throws
    /// What to answer where nothing was ever stored.
    /// - Throws: `storeNotFound`, unless the command has an answer for that: a check, for one, must not call lost objects fine.
    func runWithoutObjects(in session: Session) throws
}

extension ObjectStoreCommand {
    static var access: LocalObjectService.Access { .existing }

    static var nothingStored: ObjectStoreError { ObjectStoreError(.storeNotFound, "No object was ever stored here.") }

    func runWithoutObjects(in session: Session) throws { throw Self.nothingStored }

    func run(on store: OpenStore, in session: Session) async throws {
        guard let objects = try await ObjectStoreAccess.openIfPresent(store, Self.access, in: session) else {
            return try runWithoutObjects(in: session)
        }
        try await run(on: objects, in: session)
    }
}
