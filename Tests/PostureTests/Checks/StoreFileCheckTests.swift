import Findings
import KeyStore
import SystemPackage
import Testing

@testable import Posture

@Suite("Checks of a store's files")
struct StoreFileCheckTests {
    @Test("a private store of ours has no findings")
    func good() {
        #expect(PermissionCheck.findings(.good).isEmpty && DiskCheck.findings(.good).isEmpty)
    }

    @Test("a folder that others may enter, and one of somebody else")
    func folder() {
        var home = HomeFacts.good
        home.folder.status.permissions = 0o750
        #expect(PermissionCheck.findings(home).ids == ["doctor-home-open"])
        #expect(PermissionCheck.findings(home)[0].remediation == "`chmod 700 \(HomeFacts.path)`")
        home = .good
        home.folder.status.owner = 0
        #expect(PermissionCheck.findings(home).ids == ["doctor-home-owner"])
    }

    @Test("files that others may read, or that belong to others, are one finding each, with the first names")
    func files() {
        var home = HomeFacts.good
        for number in 0..<9 {
            let status = FileStatus(kind: .file, permissions: 0o644, owner: number == 8 ? 0 : 1000)
            home.files.append(HomeFacts.File(path: "\(HomeFacts.path)/\(number)", status: status))
        }
        let findings = PermissionCheck.findings(home)
        #expect(Set(findings.ids) == ["doctor-file-open", "doctor-file-owner"] && findings.count == 2)
        #expect(findings[0].evidence.first == Evidence("files", "9") && findings[0].evidence.count == 6)
    }

    @Test("the mode of a link says nothing")
    func link() {
        var home = HomeFacts.good
        home.files.append(HomeFacts.File(path: "l", status: FileStatus(kind: .link, permissions: 0o777, owner: 1000)))
        #expect(PermissionCheck.findings(home).isEmpty)
    }

    @Test(
        "a folder above that others may write, unless it is sticky; or that is theirs",
        arguments: [(UInt32(0o777), UInt32(0), true), (0o1777, 0, false), (0o775, 1000, true), (0o755, 1001, true), (0o755, 0, false)])
    func parents(mode: UInt32, owner: UInt32, isFound: Bool) {
        var home = HomeFacts.good
        home.parents[1].status.permissions = mode
        home.parents[1].status.owner = owner
        #expect(PermissionCheck.findings(home).ids == (isFound ? ["doctor-parent-writable"] : []))
    }

    @Test("what could not be looked at was not checked")
    func unseen() {
        var home = HomeFacts.good
        home.unseen = ["\(HomeFacts.path)/objects: permission denied"]
        #expect(PermissionCheck.findings(home).ids == ["doctor-not-checked"])
    }

    @Test("the disk: plain, in memory, unseen")
    func disk() {
        var home = HomeFacts.good
        for (protection, id) in [
            (DiskFacts.Protection.plain, "doctor-disk-unencrypted"), (.memory, "doctor-store-in-memory"),
            (.unknown("x"), "doctor-not-checked"),
        ] {
            home.disk = .known(DiskFacts(protection: protection, place: "ext4 on /dev/sda1"))
            #expect(DiskCheck.findings(home).ids == [id])
        }
        home.disk = .unknown("not Linux")
        #expect(DiskCheck.findings(home).ids == ["doctor-not-checked"])
    }

    // MARK: Reading

    @Test("a folder is read with what is in it and above it")
    func reading() throws {
        var machine = TestMachine.laptop
        machine.add("/home/ann/coffer", mode: 0o700, owner: 1000)
        machine.folders["/home/ann/coffer"] = ["objects", "keys.sqlite"]
        machine.add("/home/ann/coffer/keys.sqlite", .file, mode: 0o600, owner: 1000)
        machine.add("/home/ann/coffer/objects", mode: 0o700, owner: 1000)
        machine.folders["/home/ann/coffer/objects"] = ["1"]
        machine.add("/home/ann/coffer/objects/1", .file, mode: 0o604, owner: 1000)
        let home = try #require(HomeFacts.read("/home/ann/coffer", from: machine).value ?? nil)
        #expect(home.files.map(\.path).sorted().map { $0.dropFirst(17) } == ["keys.sqlite", "objects", "objects/1"])
        #expect(home.parents.map(\.path) == ["/home/ann", "/home", "/"] && home.unseen.isEmpty)
        #expect(home.disk.value?.protection == .encrypted)
        #expect(PermissionCheck.findings(home).ids == ["doctor-file-open"])
    }

    @Test("a folder in it that cannot be read was not checked; no folder is no store")
    func unreadable() throws {
        var machine = TestMachine.laptop
        guard case .known(nil) = HomeFacts.read("/nowhere", from: machine) else { return #expect(Bool(false), "no folder is no store") }
        machine.folders["/home/ann/coffer"] = ["a file that is gone", "objects"]
        machine.add("/home/ann/coffer/objects", mode: 0o700)
        let home = try #require(HomeFacts.read("/home/ann/coffer", from: machine).value ?? nil)
        // A folder that is not there any more is no reason to complain.
        #expect(home.unseen.isEmpty && home.files.count == 1)
    }
}
