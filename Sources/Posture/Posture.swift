public import Findings
public import KeyStore

/// How a machine and the store on it stand: facts go in, findings come out, and nothing is changed.
///
///     let facts = PostureFacts(machine: MachineFacts(reading: LocalMachine()), store: store)
///     let findings = facts.findings(at: now)
///
/// Docs/Doctor.md lists what can be found.
public struct PostureFacts: Sendable {
    /// Where a store was looked for.
    public var path: String
    public var machine: MachineFacts
    /// nil if there is none.
    public var store: Observation<StoreFacts?>
    public var scans: [ScanFacts]

    public init(path: String, machine: MachineFacts, store: Observation<StoreFacts?>, scans: [ScanFacts] = []) {
        self.path = path
        self.machine = machine
        self.store = store
        self.scans = scans
    }

    public func findings(at now: Timestamp) -> [Finding] {
        var findings = SwapCheck.findings(machine.swapAreas) + CoreDumpCheck.findings(machine) + CryptographyCheck.findings(machine)
        findings += ClockCheck.findings(machine.isClockSynchronized)
        findings += scans.flatMap { ScanCheck.findings($0, at: now) }
        findings += store.findings(about: "the store at \(path)") { store in
            guard let store else {
                return [PostureFinding.noStore.finding(path, fix: "`coffer init` makes one; --home names another")]
            }
            return store.findings(at: now)
        }
        return findings
    }
}

extension StoreFacts {
    func findings(at now: Timestamp) -> [Finding] {
        var findings = PermissionCheck.findings(home) + DiskCheck.findings(home)
        findings += ClockCheck.findings(newestEvent, at: now)
        findings += seals.findings(about: "seals") { SealCheck.findings($0, of: home, at: now) }
        switch contents {
        case .open(let contents):
            findings += contents.findings(at: now, path: path)
        case .sealed(let reason, let advice):
            let left = [("left out", "keys, buckets and objects, second factors, audit trail"), ("reason", reason)]
            findings.append(PostureFinding.notChecked.finding("what is in the store", left, fix: advice))
        case .damaged(let reason):
            findings.append(Self.damaged(path, reason))
        }
        return findings
    }

    fileprivate static func damaged(_ path: String, _ problem: String) -> Finding {
        let fix = "keep a copy of the store's folder; put it back from a backup, or restore keys with `coffer key restore`"
        return PostureFinding.storeDamaged.finding(path, [("problem", problem)], fix: fix, path: path)
    }
}

extension StoreContents {
    fileprivate func findings(at now: Timestamp, path: String) -> [Finding] {
        keys.findings(about: "keys") { keys in keys.flatMap { KeyCheck.findings($0, at: now) } }
            + objects.findings(about: "buckets and objects") { $0.map { ObjectCheck.findings($0, at: now, path: path) } ?? [] }
            + secondFactors.findings(about: "second factors") { $0.map(SecondFactorCheck.findings) ?? [] }
            + trail.findings(about: "audit trail") { TrailCheck.findings($0, path: path) }
            + problems.map { StoreFacts.damaged(path, $0) }
    }
}
