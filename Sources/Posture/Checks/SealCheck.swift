import Findings
import KeyStore

enum SealCheck {
    static func findings(_ seals: [SealFacts], of home: HomeFacts, at now: Timestamp) -> [Finding] {
        let files = seals.compactMap(\.keyFile).flatMap { file in
            file.status.findings(about: "key file \(file.path)") { status in
                guard let status else { return missing(file, seals) }
                return permissions(file.path, status, userID: home.userID) + place(file, beside: home)
            }
        }
        return waysIn(seals, home) + seals.flatMap { age($0, at: now) } + files
    }

    private static func waysIn(_ seals: [SealFacts], _ home: HomeFacts) -> [Finding] {
        guard !seals.contains(where: { $0.kind == .recovery }) || seals.count == 1 else { return [] }
        let kind: PostureFinding = seals.count == 1 ? .singleSeal : .noRecoverySeal
        return [
            kind.finding(
                home.folder.path, [("seals", seals.map(\.kind.rawValue).joined(separator: ", "))],
                fix: seals.contains { $0.kind == .recovery }
                    ? "`coffer seal add passphrase`" : "`coffer seal add recovery:age1…`, of an identity that is kept off this machine")
        ]
    }

    private static func age(_ seal: SealFacts, at now: Timestamp) -> [Finding] {
        let age = seal.creationDate.days(until: now)
        guard age >= Limit.sealAgeInDays else { return [] }
        let fix =
            switch seal.kind {
            case .passphrase: "`coffer seal change \(seal.id)` sets a new passphrase"
            case .keyFile: "`coffer seal add keyfile:PATH`, then `coffer seal remove \(seal.id)`"
            case .recovery: "see that its identity is still there and opens the store; `coffer seal add recovery:age1…` makes another"
            }
        return [
            PostureFinding.sealOld.finding(
                "seal \(seal.id)", [("kind", seal.kind.rawValue), ("label", seal.label), ("made", "\(CountText.of(age, "day")) ago")],
                fix: fix)
        ]
    }

    private static func missing(_ file: SealFacts.KeyFile, _ seals: [SealFacts]) -> [Finding] {
        let id = seals.first { $0.keyFile?.path == file.path }?.id ?? "SEAL"
        let fix = "bring it back (a medium that is not there?), or `coffer seal remove \(id)`"
        return [PostureFinding.keyFileMissing.finding(file.path, fix: fix, path: file.path)]
    }

    private static func permissions(_ path: String, _ status: FileStatus, userID: UInt32) -> [Finding] {
        var findings: [Finding] = []
        if status.isOpenToOthers {
            findings.append(
                PostureFinding.keyFileOpen.finding(
                    path, [("mode", status.permissionText)],
                    fix: "`chmod 600 \(path.shellWord)`; if anybody may have read it, make another with `coffer seal add`, remove this one,"
                        + " and run `coffer seal rotate-root`",
                    path: path))
        }
        // An administrator may give a service a file that only root can change.
        if status.owner != userID, status.owner != 0 {
            let owner = [("owner", "uid \(status.owner)"), ("you", "uid \(userID)")]
            findings.append(PostureFinding.keyFileOwner.finding(path, owner, fix: "`chown \(userID) \(path.shellWord)`", path: path))
        }
        return findings
    }

    private static func place(_ file: SealFacts.KeyFile, beside home: HomeFacts) -> [Finding] {
        let about = "whether key file \(file.path) lies on the store's disk"
        return file.disk.findings(about: about) { disk in
            home.disk.findings(about: about) { homeDisk in
                guard !disk.devices.isEmpty, !homeDisk.devices.isEmpty else { return unseen(about, disk, homeDisk) }
                guard !disk.devices.isDisjoint(with: homeDisk.devices) else { return [] }
                let shared = disk.devices.intersection(homeDisk.devices).map(\.description).sorted().joined(separator: ", ")
                return [
                    PostureFinding.keyFileSameDisk.finding(
                        file.path, [("lies on", disk.place), ("device", shared)],
                        fix: "keep it on a medium of its own, or use a passphrase: `coffer seal add passphrase`", path: file.path)
                ]
            }
        }
    }

    /// Of what is in memory or behind a network no device is known: only where both say the same it is certain.
    private static func unseen(_ about: String, _ disk: DiskFacts, _ homeDisk: DiskFacts) -> [Finding] {
        if disk.protection == .memory || homeDisk.protection == .memory { return [] }
        let places = [("key file", disk.place), ("store", homeDisk.place), ("reason", "the devices below cannot be seen")]
        return [PostureFinding.notChecked.finding(about, places)]
    }
}
