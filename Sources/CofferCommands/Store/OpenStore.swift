import AuditTrail
import KeyCatalog
import KeyStore

/// The files of a store.
struct StoreFiles {
    let directory: String
    var catalog: String { directory + "/keys.sqlite" }
    var auditTrail: String { directory + "/audit.log" }
    var objects: String { directory + "/objects.sqlite" }
}

/// An unsealed store.
struct OpenStore: Sendable {
    let service: LocalKeyService
    let catalog: KeyCatalog
    let trail: AuditTrail
    let files: StoreFiles
    let deletionGate: KeyDeletionGate

    static func open(_ options: StoreOptions, in session: Session) throws -> OpenStore {
        let context = session.context
        try context.protectProcess()
        let files = StoreFiles(directory: options.home.path(in: context))
        try Directory.requirePrivate(files.directory)
        let catalog = try KeyCatalog(path: files.catalog, access: .existing)
        let trail = try AuditTrail(path: files.auditTrail)
        let credential = try Unlocking(options: options.unlock, session: session).credential(for: LocalKeyService.seals(catalog))
        let gate = KeyDeletionGate()
        let service = try LocalKeyService.open(environment(catalog, trail, deletionGate: gate, in: context), with: credential)
        try warnOfLoss(service, in: session)
        return OpenStore(service: service, catalog: catalog, trail: trail, files: files, deletionGate: gate)
    }

    private static func warnOfLoss(_ service: LocalKeyService, in session: Session) throws {
        do throws(KeyStoreError) {
            if let loss = try service.auditTrailLoss() { session.output.warn("\(loss); see `coffer audit verify`") }
        } catch {
            // A trail that cannot be read is for those who write it, or verify it, to report.
            guard error.code == .auditUnavailable else { throw error }
        }
    }

    static func environment(
        _ catalog: KeyCatalog, _ trail: AuditTrail, deletionGate: KeyDeletionGate? = nil, in context: CommandContext
    ) -> KeyStoreEnvironment {
        KeyStoreEnvironment(
            records: catalog, trail: trail, clock: context.clock,
            caller: CallerIdentity(userName: context.userName, userAgent: CommandContext.userAgent), deletionGate: deletionGate)
    }
}
