import Findings
import KeyStore
import SystemPackage

@testable import Posture

/// A machine made of texts.
struct TestMachine: MachineSource {
    var userID: UInt32 = 1000
    var texts: [String: String] = [:]
    var folders: [String: [String]] = [:]
    var statuses: [String: FileStatus] = [:]
    /// Symbolic links, whole paths.
    var links: [String: String] = [:]
    var limit: Result<UInt64, Errno> = .success(0)
    var isSynchronized: Result<Bool, Errno> = .success(true)

    func text(of path: String) throws(Errno) -> String { try found(texts[path]) }
    func names(in folder: String) throws(Errno) -> [String] { try found(folders[folder]) }
    func status(of path: String, followingLinks: Bool) throws(Errno) -> FileStatus {
        try found(statuses[followingLinks ? links[path] ?? path : path])
    }
    func resolved(_ path: String) throws(Errno) -> String {
        let target = links[path] ?? path
        _ = try found(statuses[target])
        return target
    }
    func coreDumpLimit() throws(Errno) -> UInt64 { try limit.get() }
    func isClockSynchronized() throws(Errno) -> Bool { try isSynchronized.get() }

    private func found<Value>(_ value: Value?) throws(Errno) -> Value {
        guard let value else { throw .noSuchFileOrDirectory }
        return value
    }
}

extension TestMachine {
    /// A laptop: `/` on a plain partition, `/home` on a volume in LUKS on another partition of the same disk, `/media/stick` on another disk,
    /// `/run` in memory, `/net` on another machine.
    static var laptop: TestMachine {
        var machine = TestMachine()
        machine.texts[MountTable.path] = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 22 253:1 / /home rw,relatime shared:2 - ext4 /dev/mapper/vg-home rw
            31 22 8:17 / /media/my\\040stick rw - vfat /dev/sdb1 rw
            32 22 0:25 / /run rw,nosuid - tmpfs tmpfs rw
            33 22 0:40 / /net rw - nfs4 server:/export rw
            34 22 0:41 / /pool rw - btrfs /dev/sdb1 rw
            """
        machine.device("8:0", named: "sda", "dev", "slaves")
        machine.device("8:16", named: "sdb", "dev", "slaves")
        machine.partition("8:1", of: "8:0")
        machine.partition("8:2", of: "8:0")
        machine.partition("8:17", of: "8:16")
        machine.device("253:0", named: "dm-0", "dm", "slaves")
        machine.texts["/sys/dev/block/253:0/dm/uuid"] = "CRYPT-LUKS2-0123-luks"
        machine.slave("sda2", "8:2", of: "253:0")
        machine.device("253:1", named: "dm-1", "dm", "slaves")
        machine.texts["/sys/dev/block/253:1/dm/uuid"] = "LVM-abc"
        machine.slave("dm-0", "253:0", of: "253:1")
        for path in ["/", "/home", "/home/ann", "/home/ann/coffer", "/srv", "/media/my stick", "/media/my stick/key", "/run", "/run/key"] {
            machine.add(path)
        }
        for path in ["/net/key", "/pool/key", "/srv/key"] { machine.add(path) }
        machine.statuses["/dev/sdb1"] = FileStatus(
            kind: .blockDevice, permissions: 0o660, owner: 0, specialDevice: DeviceNumber(major: 8, minor: 17))
        return machine
    }

    mutating func add(_ path: String, _ kind: FileStatus.Kind = .folder, mode: UInt32 = 0o755, owner: UInt32 = 0) {
        statuses[path] = FileStatus(kind: kind, permissions: mode, owner: owner)
    }

    mutating func device(_ number: String, named name: String, _ entries: String...) {
        folders["/sys/dev/block/\(number)"] = entries
        folders["/sys/dev/block/\(number)/slaves"] = []
        texts["/sys/dev/block/\(number)/dev"] = number
    }

    mutating func partition(_ number: String, of disk: String) {
        folders["/sys/dev/block/\(number)"] = ["dev", "partition"]
        texts["/sys/dev/block/\(number)/../dev"] = disk
    }

    mutating func slave(_ name: String, _ number: String, of device: String) {
        folders["/sys/dev/block/\(device)/slaves", default: []].append(name)
        texts["/sys/dev/block/\(device)/slaves/\(name)/dev"] = number
    }
}

extension [Finding] {
    /// What was found, most severe first.
    var ids: [String] { inReportOrder().map(\.id) }
}

extension Timestamp {
    static let now = Timestamp(seconds: 1_790_000_000)

    static func daysAgo(_ days: Int) -> Timestamp { now.adding(days: -days) }
}

extension HomeFacts {
    static let path = "/home/ann/coffer"

    /// A store as it should be.
    static var good: HomeFacts {
        HomeFacts(
            userID: 1000,
            folder: File(path: path, status: FileStatus(kind: .folder, permissions: 0o700, owner: 1000)),
            parents: [
                File(path: "/home/ann", status: FileStatus(kind: .folder, permissions: 0o755, owner: 1000)),
                File(path: "/home", status: FileStatus(kind: .folder, permissions: 0o755, owner: 0)),
                File(path: "/", status: FileStatus(kind: .folder, permissions: 0o755, owner: 0)),
            ],
            files: [File(path: path + "/keys.sqlite", status: FileStatus(kind: .file, permissions: 0o600, owner: 1000))],
            disk: .known(
                DiskFacts(protection: .encrypted, place: "ext4 on /dev/mapper/home", devices: [DeviceNumber(major: 8, minor: 0)])))
    }
}
