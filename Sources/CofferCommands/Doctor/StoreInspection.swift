import AccessControl
import AuditTrail
import KeyCatalog
import KeyStore
import ObjectStore
import Posture

/// Looks at a store: first from outside, then, if something opens it, at what is in it.
struct StoreInspection {
    private static let stepCount = 5

    let options: StoreOptions
    /// Whether the store stays closed.
    let isSealed: Bool
    let session: Session
    let display: CareProgress

    func store(at path: String) async throws -> Observation<StoreFacts?> {
        display.show(count: 1, of: Self.stepCount)
        let source = session.context.machine
        let home: HomeFacts
        switch HomeFacts.read(path, from: source) {
        case .unknown(let reason): return .unknown(reason)
        case .known(nil): return .known(nil)
        case .known(let facts?): home = facts
        }
        let files = StoreFiles(directory: path)
        let names = Set(home.files.map(\.path))
        // Of a folder that cannot be read nobody knows what is missing.
        let missing = home.unseen.isEmpty ? [files.catalog, files.auditTrail].filter { !names.contains($0) } : []
        guard missing.count < 2 || names.contains(files.objects) else { return .known(nil) }
        // All of it is read before the store is opened: that closes this process to others, and /proc/self under Linux with it.
        let seals = missing.contains(files.catalog) ? .unknown("\(files.catalog) is gone") : seals(in: files)
        let newestEvent = newestEvent(in: files)
        let contents: StoreFacts.Contents
        if missing.isEmpty {
            contents = try await openContents(home, hasKeyFile: seals.value?.contains(where: \.hasKeyFile) ?? false)
        } else {
            contents = .damaged("\(missing.joined(separator: ", ")) is gone")
        }
        return .known(StoreFacts(path: path, home: home, seals: seals, newestEvent: newestEvent, contents: contents))
    }

    private func seals(in files: StoreFiles) -> Observation<[SealFacts]> {
        do {
            let seals = try LocalKeyService.seals(KeyCatalog(path: files.catalog, access: .readOnly))
            return .known(seals.map { SealFacts($0, reading: session.context.machine) })
        } catch {
            return .unknown(Failure(error).message)
        }
    }

    private func newestEvent(in files: StoreFiles) -> Observation<Timestamp?> {
        do {
            var newest: Timestamp?
            try AuditTrail(path: files.auditTrail, access: .readOnly).forEachNewestFirst { record in
                newest = Timestamp(nanoseconds: record.eventTime)
                return false
            }
            return .known(newest)
        } catch {
            return .unknown(Failure(error).message)
        }
    }

    // MARK: Opening

    /// - Parameter hasKeyFile: whether a key file is there, so that nobody is asked for a passphrase.
    private func openContents(_ home: HomeFacts, hasKeyFile: Bool) async throws -> StoreFacts.Contents {
        guard !isSealed else { return .sealed(reason: "--sealed leaves the store closed", advice: "run `coffer doctor` without --sealed") }
        do {
            try Directory.requirePrivate(home.folder.path)
        } catch {
            let failure = Failure(error)
            return .sealed(reason: failure.message, advice: failure.hint)
        }
        let store: OpenStore
        do {
            store = try OpenStore.open(options, in: session)
        } catch {
            return try refusal(error, hasKeyFile: hasKeyFile)
        }
        return .open(await contents(of: store))
    }

    /// A store that nothing opens is a finding. What somebody gave or typed to open it, and does not, is an error, as everywhere.
    private func refusal(_ error: any Error, hasKeyFile: Bool) throws -> StoreFacts.Contents {
        let failure = Failure(error)
        if failure.status == .damaged { return .damaged(failure.message) }
        let isMistyped = (error as? KeyStoreError)?.code == .sealed && !hasKeyFile
        guard !isMistyped, failure.status != .interrupted, !options.unlock.isGiven(in: session.context) else { throw error }
        return .sealed(reason: failure.message, advice: failure.hint)
    }

    private func contents(of store: OpenStore) async -> StoreContents {
        var problems: [String] = []
        // The trail first: each look at the store adds events to it.
        display.show(count: 2, of: Self.stepCount)
        let trail = await observe(&problems) {
            let verification = try store.trail.verify(against: store.service.auditAnchor())
            return TrailFacts(eventCount: verification.eventCount, problem: verification.firstProblem?.description)
        }
        display.show(count: 3, of: Self.stepCount)
        let keys = await observe(&problems) { try await KeyFacts.all(in: store.service, at: session.context.clock.read().wall) }
        display.show(count: 4, of: Self.stepCount)
        let objects = await observe(&problems) {
            try await ObjectStoreAccess.openIfPresent(store, in: session).asyncMap { ObjectFacts(try await $0.statistics()) }
        }
        display.show(count: 5, of: Self.stepCount)
        let secondFactors = await observe(&problems) {
            try await SecondFactors.open(of: store, in: session).asyncMap {
                SecondFactorFacts(deviceCount: try $0.deviceNames().count, recoveryCodesLeft: try $0.remainingRecoveryCodeCount())
            }
        }
        return StoreContents(keys: keys, objects: objects, secondFactors: secondFactors, trail: trail, problems: problems)
    }

    /// What could not be read was not checked; if it is damaged, that is a problem of its own.
    private func observe<Value: Sendable>(_ problems: inout [String], _ read: () async throws -> Value) async -> Observation<Value> {
        do {
            return .known(try await read())
        } catch {
            let failure = Failure(error)
            if failure.status == .damaged { problems.append(failure.message) }
            return .unknown(failure.message)
        }
    }
}

extension SealFacts {
    fileprivate var hasKeyFile: Bool { keyFile?.status.value.flatMap(\.self) != nil }
}

extension UnlockOptions {
    /// Whether an option or the environment names what opens the store.
    fileprivate func isGiven(in context: CommandContext) -> Bool {
        let isNamed = passphraseFile != nil || passphraseFD != nil || storeIdentity != nil
        return isNamed || context.environment["COFFER_PASSPHRASE_FILE"]?.isEmpty == false
    }
}

extension Optional {
    fileprivate func asyncMap<Other>(_ transform: (Wrapped) async throws -> Other) async throws -> Other? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
