public import AuditTrail
public import KeyStore
import SystemPackage
public import TestSupport

/// A key service with everything around it, in a folder that goes with it.
public final class TestKeyStore<Records: KeyRecordStore>: Sendable {
    public let folder: TemporaryFolder
    public let clock: ManualClock
    public let records: Records
    public let trail: AuditTrail
    public let identity: StoreIdentity
    public let service: LocalKeyService
    private let keyFile: AgeIdentity

    /// - Parameter makeRecords: gets the folder.
    public init(
        in folder: TemporaryFolder, clock: ManualClock = ManualClock(), records makeRecords: (TemporaryFolder) throws -> Records
    ) throws {
        self.folder = folder
        self.clock = clock
        records = try makeRecords(folder)
        trail = try AuditTrail(path: folder.file(Self.log).string)
        identity = try StoreIdentity()
        keyFile = try AgeIdentity.generate()
        service = try LocalKeyService.initialize(
            KeyStoreEnvironment(records: records, trail: trail, clock: clock, caller: Self.caller), identity: identity,
            seal: .keyFile(path: "/keys/unseal", identity: keyFile.copy()), label: "unattended")
    }

    public static var caller: CallerIdentity { CallerIdentity(userName: "tester", userAgent: "coffer-tests/1") }

    private static var log: String { "audit.log" }

    public var environment: KeyStoreEnvironment { environment(trail: trail) }

    public func environment(trail: AuditTrail) -> KeyStoreEnvironment {
        KeyStoreEnvironment(records: records, trail: trail, clock: clock, caller: Self.caller)
    }

    /// The same trail, which may be read but not written.
    public func readOnlyTrail() throws -> AuditTrail { try AuditTrail(path: folder.file(Self.log).string, access: .readOnly) }

    public func keyFileCredential() throws -> SealCredential { .identity(try keyFile.copy()) }

    /// Opens the store a second time, as another process would.
    public func reopen() throws -> LocalKeyService { try LocalKeyService.open(environment, with: keyFileCredential()) }

    /// Events of one name, or all; oldest first.
    public func events(_ name: String? = nil) throws -> [AuditRecord] {
        var events: [AuditRecord] = []
        try trail.forEachNewestFirst {
            if name == nil || $0.eventName == name { events.append($0) }
            return true
        }
        return events.reversed()
    }

    public func makeKey(
        _ spec: KeySpec = .symmetricDefault, _ usage: KeyUsage? = nil, origin: KeyOrigin = .awsKMS
    ) async throws -> KeyMetadata {
        try await service.createKey(CreateKeyRequest(keySpec: spec, keyUsage: usage ?? spec.allowedUsages[0], origin: origin))
    }
}

extension TestKeyStore where Records == InMemoryKeyRecords {
    /// A store whose records are in memory.
    public convenience init() throws { try self.init(in: TemporaryFolder()) { _ in InMemoryKeyRecords() } }
}
