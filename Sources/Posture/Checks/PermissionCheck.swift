import Findings

/// Who else can read or replace what is in the folder of a store.
enum PermissionCheck {
    /// So many files are named in the evidence.
    private static let namedFileCount = 5
    private static let root: UInt32 = 0
    private static let sticky: UInt32 = 0o1000

    static func findings(_ home: HomeFacts) -> [Finding] {
        folder(home.folder, userID: home.userID) + parents(home) + files(home)
            + home.unseen.map { PostureFinding.notChecked.finding("permissions", [("reason", $0)]) }
    }

    private static func folder(_ folder: HomeFacts.File, userID: UInt32) -> [Finding] {
        var findings: [Finding] = []
        if folder.status.owner != userID {
            let fix = "`chown -R \(userID) \(folder.path.shellWord)`, or work as that user"
            let owner = [("owner", "uid \(folder.status.owner)"), ("you", "uid \(userID)")]
            findings.append(PostureFinding.homeOwner.finding(folder.path, owner, fix: fix, path: folder.path))
        }
        if folder.status.isOpenToOthers {
            let mode = [("mode", folder.status.permissionText)]
            findings.append(
                PostureFinding.homeOpen.finding(folder.path, mode, fix: "`chmod 700 \(folder.path.shellWord)`", path: folder.path))
        }
        return findings
    }

    /// Whoever can write into a folder can rename what is in it, unless the folder is sticky.
    private static func parents(_ home: HomeFacts) -> [Finding] {
        home.parents.compactMap { parent in
            let isShared = parent.status.permissions & 0o022 != 0 && parent.status.permissions & sticky == 0
            let isForeign = parent.status.owner != home.userID && parent.status.owner != root
            guard isShared || isForeign else { return nil }
            return PostureFinding.parentWritable.finding(
                parent.path, [("mode", parent.status.permissionText), ("owner", "uid \(parent.status.owner)")],
                fix: isShared ? "`chmod go-w \(parent.path.shellWord)`" : "move the store to a folder of your own", path: parent.path)
        }
    }

    private static func files(_ home: HomeFacts) -> [Finding] {
        let open = home.files.filter { $0.status.kind != .link && $0.status.isOpenToOthers }
        let foreign = home.files.filter { $0.status.owner != home.userID }
        return summary(.fileOpen, open, fix: "`chmod -R go= \(home.folder.path.shellWord)`", home)
            + summary(.fileOwner, foreign, fix: "`chown -R \(home.userID) \(home.folder.path.shellWord)`", home)
    }

    /// One finding for all: they have one fix.
    private static func summary(_ kind: PostureFinding, _ files: [HomeFacts.File], fix: String, _ home: HomeFacts) -> [Finding] {
        guard !files.isEmpty else { return [] }
        let named = files.prefix(namedFileCount).map {
            ("file", "\($0.path), mode \($0.status.permissionText), uid \($0.status.owner)")
        }
        let path = home.folder.path
        return [kind.finding(path, [("files", "\(files.count)")] + named, fix: fix, path: path)]
    }
}
