import SystemPackage
import Testing

@testable import Posture

@Suite("What a path lies on")
struct DiskSearchTests {
    private func disk(of path: String, _ machine: TestMachine = .laptop) -> DiskFacts? { DiskSearch(source: machine).disk(of: path).value }

    private static let first: Set = [DeviceNumber(major: 8, minor: 0)]
    private static let second: Set = [DeviceNumber(major: 8, minor: 16)]

    @Test("a partition is a part of its disk, and not encrypted")
    func partition() {
        #expect(disk(of: "/srv") == DiskFacts(protection: .plain, place: "ext4 on /dev/sda1", devices: Self.first))
        #expect(disk(of: "/media/my stick/key")?.devices == Self.second)
    }

    @Test("a volume in LUKS is encrypted, and lies on the disk below")
    func crypt() {
        #expect(
            disk(of: "/home/ann/coffer") == DiskFacts(protection: .encrypted, place: "ext4 on /dev/mapper/vg-home", devices: Self.first))
    }

    @Test("an array is encrypted only if all of it is")
    func array() {
        var machine = TestMachine.laptop
        machine.texts[MountTable.path] = "22 1 9:0 / / rw - ext4 /dev/md0 rw"
        machine.device("9:0", named: "md0", "md", "slaves")
        machine.slave("dm-0", "253:0", of: "9:0")
        #expect(disk(of: "/srv", machine)?.protection == .encrypted)
        machine.slave("sdb1", "8:17", of: "9:0")
        #expect(
            disk(of: "/srv", machine) == DiskFacts(protection: .plain, place: "ext4 on /dev/md0", devices: Self.first.union(Self.second)))
    }

    @Test("a loop device is as its file")
    func loop() {
        var machine = TestMachine.laptop
        machine.texts[MountTable.path]?.append("\n40 22 7:0 / /vault rw - ext4 /dev/loop0 rw")
        machine.device("7:0", named: "loop0", "loop", "slaves")
        machine.texts["/sys/dev/block/7:0/loop/backing_file"] = "/home/ann/image"
        machine.add("/vault")
        machine.add("/home/ann/image", .file)
        #expect(disk(of: "/vault", machine)?.protection == .encrypted)
        machine.texts["/sys/dev/block/7:0/loop/backing_file"] = "/srv"
        #expect(disk(of: "/vault", machine)?.protection == .plain)
        machine.texts["/sys/dev/block/7:0/loop/backing_file"] = "/gone"
        guard case .unknown = disk(of: "/vault", machine)?.protection else { return #expect(Bool(false), "a file that is gone is unknown") }
    }

    @Test("a file system over several devices is found by the device that it names")
    func named() {
        #expect(disk(of: "/pool/key") == DiskFacts(protection: .plain, place: "btrfs on /dev/sdb1", devices: Self.second))
    }

    @Test("memory, an encrypting file system, and a folder that the file system encrypts")
    func others() {
        var machine = TestMachine.laptop
        #expect(disk(of: "/run/key")?.protection == .memory)
        machine.statuses["/srv"]?.isEncrypted = true
        #expect(disk(of: "/srv", machine)?.protection == .encrypted)
        machine.texts[MountTable.path] = "22 1 0:50 / / rw - fuse.gocryptfs /home/ann/cipher rw"
        #expect(disk(of: "/srv/key", machine)?.protection == .encrypted)
    }

    @Test("a symbolic link is followed first")
    func link() {
        var machine = TestMachine.laptop
        machine.links["/srv/store"] = "/home/ann/coffer"
        #expect(disk(of: "/srv/store", machine)?.protection == .encrypted)
    }

    @Test("what cannot be seen is unknown, and says why")
    func unknown() {
        var machine = TestMachine.laptop
        guard case .unknown(let reason) = disk(of: "/net/key")?.protection else { return #expect(Bool(false), "a network is unknown") }
        #expect(reason.contains("nfs4"))
        machine.folders["/sys/dev/block/8:1"] = nil
        guard case .unknown(let other) = disk(of: "/srv", machine)?.protection else { return #expect(Bool(false), "no /sys is unknown") }
        #expect(other.contains("8:1"))
        machine.texts[MountTable.path] = nil
        guard case .unknown = DiskSearch(source: machine).disk(of: "/srv") else { return #expect(Bool(false), "no /proc is unknown") }
    }

    @Test("a device that only proves what is on it encrypts nothing", arguments: ["INTEGRITY", "VERITY"])
    func provesOnly(kind: String) {
        var machine = TestMachine.laptop
        machine.texts["/sys/dev/block/253:0/dm/uuid"] = "CRYPT-\(kind)-luks"
        #expect(disk(of: "/home", machine)?.protection == .plain)
    }

    @Test("devices that are made of each other end the search")
    func circle() {
        var machine = TestMachine.laptop
        // Encryption on the way round would be an answer.
        machine.texts["/sys/dev/block/253:0/dm/uuid"] = "LVM-def"
        machine.slave("dm-1", "253:1", of: "8:0")
        guard case .unknown(let reason) = disk(of: "/srv", machine)?.protection else { return #expect(Bool(false), "a circle is unknown") }
        #expect(reason.contains("too high") || reason.contains("stacked"))
    }
}
