import Findings

enum DiskCheck {
    static func findings(_ home: HomeFacts) -> [Finding] {
        let path = home.folder.path
        return home.disk.findings(about: "disk encryption") { disk in
            let place = [("lies on", disk.place)]
            switch disk.protection {
            case .encrypted: return []
            case .memory:
                return [PostureFinding.storeInMemory.finding(path, place, fix: "move the store to a disk", path: path)]
            case .plain:
                let fix = "encrypt the disk (LUKS: `cryptsetup`), or move the store to one that is encrypted"
                return [PostureFinding.diskUnencrypted.finding(path, place, fix: fix, path: path)]
            case .unknown(let reason):
                return [PostureFinding.notChecked.finding("disk encryption", place + [("reason", reason)])]
            }
        }
    }
}
