import Findings
import KeyStore
import SystemPackage
import Testing

@testable import Posture

@Suite("Checks of seals")
struct SealCheckTests {
    private let passphrase = SealFacts(id: "aa", kind: .passphrase, label: "passphrase", creationDate: .daysAgo(10))
    private let recovery = SealFacts(id: "cc", kind: .recovery, label: "recovery", creationDate: .daysAgo(10))

    private func keyFile(_ change: (inout SealFacts.KeyFile) -> Void = { _ in }) -> SealFacts {
        var file = SealFacts.KeyFile(
            path: "/media/key", status: .known(FileStatus(kind: .file, permissions: 0o600, owner: 1000)),
            disk: .known(DiskFacts(protection: .plain, place: "vfat on /dev/sdb1", devices: [DeviceNumber(major: 8, minor: 16)])))
        change(&file)
        return SealFacts(id: "bb", kind: .keyFile, label: "key file", creationDate: .daysAgo(10), keyFile: file)
    }

    private func findings(_ seals: SealFacts..., home: HomeFacts = .good) -> [Finding] {
        SealCheck.findings(seals, of: home, at: .now)
    }

    @Test("two ways in, one of them for recovery, are fine")
    func good() {
        #expect(findings(passphrase, recovery).isEmpty && findings(keyFile(), recovery).isEmpty)
    }

    @Test("one seal alone, and several without one for recovery")
    func waysIn() {
        #expect(findings(passphrase).ids == ["doctor-single-seal"])
        #expect(findings(recovery).ids == ["doctor-single-seal"])
        #expect(findings(passphrase, keyFile()).ids == ["doctor-no-recovery-seal"])
    }

    @Test("a seal is old after a year, whatever its kind", arguments: [SealKind.passphrase, .keyFile, .recovery])
    func age(kind: SealKind) {
        var old = SealFacts(id: "dd", kind: kind, label: "x", creationDate: .daysAgo(364))
        #expect(findings(old, recovery).isEmpty)
        old.creationDate = .daysAgo(365)
        #expect(findings(old, recovery).ids == ["doctor-seal-old"])
        #expect(findings(old, recovery)[0].remediation?.contains(kind == .recovery ? "recovery:age1" : "dd") == true)
    }

    @Test("key files: open to others, of others, gone, and not to be looked at")
    func files() {
        #expect(
            findings(keyFile { $0.status = .known(FileStatus(kind: .file, permissions: 0o640, owner: 1000)) }, recovery).ids == [
                "doctor-key-file-open"
            ])
        #expect(
            findings(keyFile { $0.status = .known(FileStatus(kind: .file, permissions: 0o600, owner: 7)) }, recovery).ids == [
                "doctor-key-file-owner"
            ])
        #expect(findings(keyFile { $0.status = .known(FileStatus(kind: .file, permissions: 0o600, owner: 0)) }, recovery).isEmpty)
        let missing = findings(keyFile { $0.status = .known(nil) }, recovery)
        #expect(missing.ids == ["doctor-key-file-missing"] && missing[0].remediation?.contains("seal remove bb") == true)
        #expect(findings(keyFile { $0.status = .unknown("permission denied") }, recovery).ids == ["doctor-not-checked"])
    }

    @Test("a key file on the disk of its store, also on another partition of it")
    func sameDisk() {
        let shared = keyFile { $0.disk = .known(DiskFacts(protection: .plain, place: "ext4", devices: [DeviceNumber(major: 8, minor: 0)])) }
        #expect(findings(shared, recovery).ids == ["doctor-key-file-same-disk"])
    }

    @Test("where the devices cannot be seen it was not checked, and what is in memory lies on no disk")
    func unseenDisk() {
        let network = keyFile { $0.disk = .known(DiskFacts(protection: .unknown("nfs"), place: "nfs4 on server:/")) }
        #expect(findings(network, recovery).ids == ["doctor-not-checked"])
        #expect(findings(keyFile { $0.disk = .unknown("no /proc") }, recovery).ids == ["doctor-not-checked"])
        #expect(findings(keyFile { $0.disk = .known(DiskFacts(protection: .memory, place: "tmpfs")) }, recovery).isEmpty)
    }

    @Test("a key file is found where it is, and a missing one is no error")
    func reading() {
        let machine = TestMachine.laptop
        let here = SealFacts.KeyFile("/srv/key", reading: machine)
        #expect(here.disk.value?.devices == [DeviceNumber(major: 8, minor: 0)])
        #expect((here.status.value ?? nil)?.kind == .folder)
        guard case .known(nil) = SealFacts.KeyFile("/gone/key", reading: machine).status else {
            return #expect(Bool(false), "a file that is gone is no error")
        }
    }
}
