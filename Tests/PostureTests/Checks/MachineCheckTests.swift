import Findings
import KeyStore
import SystemPackage
import Testing

@testable import Posture

@Suite("Checks of the machine")
struct MachineCheckTests {
    private func machine(_ change: (inout TestMachine) -> Void) -> MachineFacts {
        var machine = TestMachine.laptop
        machine.texts[SwapArea.path] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority"
        machine.texts[CoreDumpFacts.patternPath] = "core"
        machine.texts[CoreDumpFacts.privilegedPath] = "0"
        change(&machine)
        return MachineFacts(reading: machine)
    }

    private func swap(_ lines: String, _ change: (inout TestMachine) -> Void = { _ in }) -> [Finding] {
        let facts = machine { machine in
            machine.texts[SwapArea.path]?.append("\n" + lines)
            change(&machine)
        }
        return SwapCheck.findings(facts.swapAreas)
    }

    private func block(_ major: UInt32, _ minor: UInt32) -> FileStatus {
        FileStatus(kind: .blockDevice, permissions: 0o660, owner: 0, specialDevice: DeviceNumber(major: major, minor: minor))
    }

    // MARK: Swap

    @Test("no swap, encrypted swap, and swap in memory are fine")
    func goodSwap() {
        #expect(SwapCheck.findings(machine { _ in }.swapAreas).isEmpty)
        #expect(
            swap("/dev/dm-1                               partition\t8388604\t\t0\t\t-2") { $0.statuses["/dev/dm-1"] = block(253, 1) }
                .isEmpty)
        for backing in ["none", nil] {
            let findings = swap("/dev/zram0\tpartition\t8388604\t0\t100") { machine in
                machine.statuses["/dev/zram0"] = block(252, 0)
                machine.texts["/sys/dev/block/252:0/backing_dev"] = backing
            }
            #expect(findings.isEmpty)
        }
        #expect(swap("/home/swapfile file\t1\t0\t-2") { $0.add("/home/swapfile", .file) }.isEmpty)
    }

    @Test("swap on a plain disk is found: a partition, a file, and zram that writes back")
    func plainSwap() {
        #expect(swap("/dev/sdb1 partition\t1\t0\t-2").ids == ["doctor-swap-unencrypted"])
        let file = swap("/swapfile file\t1\t0\t-2") { $0.add("/swapfile", .file) }
        #expect(file.ids == ["doctor-swap-unencrypted"] && file[0].resource == "/swapfile")
        let zram = swap("/dev/zram0 partition\t1\t0\t100") { machine in
            machine.statuses["/dev/zram0"] = block(252, 0)
            machine.texts["/sys/dev/block/252:0/backing_dev"] = "/dev/sdb1"
        }
        #expect(zram.ids == ["doctor-swap-unencrypted"])
    }

    @Test("swap that cannot be looked at was not checked")
    func unknownSwap() {
        #expect(swap("/dev/gone partition\t1\t0\t-2").ids == ["doctor-not-checked"])
        #expect(SwapCheck.findings(machine { $0.texts[SwapArea.path] = nil }.swapAreas).ids == ["doctor-not-checked"])
        let net = swap("/net/swapfile file\t1\t0\t-2") { $0.add("/net/swapfile", .file) }
        #expect(net.ids == ["doctor-not-checked"])
    }

    // MARK: Core dumps

    @Test(
        "core dumps: none is fine; a file, another program and dumps of privileged programs are found",
        arguments: [
            (UInt64(0), "core", "0", [String]()), (0, "|/usr/lib/systemd/systemd-coredump %P %u", "2", []),
            (.max, "core", "0", ["doctor-core-dumps"]), (1, "/var/crash/%p", "0", ["doctor-core-dumps"]),
            (0, "|/usr/share/apport/apport %p", "0", ["doctor-core-dumps-piped"]),
            (.max, "|/usr/lib/systemd/systemd-coredump %P %u", "2", ["doctor-core-dumps-piped"]),
            (0, "core", "1", ["doctor-core-dumps-privileged"]), (0, "core", "x", ["doctor-not-checked"]),
        ])
    func coreDumps(limit: UInt64, pattern: String, privileged: String, ids: [String]) {
        let facts = machine { machine in
            machine.limit = .success(limit)
            machine.texts[CoreDumpFacts.patternPath] = pattern
            machine.texts[CoreDumpFacts.privilegedPath] = privileged
        }
        #expect(CoreDumpCheck.findings(facts).ids == ids)
    }

    @Test("what is not known of core dumps was not checked")
    func unknownCoreDumps() {
        let noFile = machine { $0.texts[CoreDumpFacts.patternPath] = nil }
        #expect(CoreDumpCheck.findings(noFile).ids == ["doctor-not-checked"])
        let noLimit = machine { $0.limit = .failure(.notSupported) }
        #expect(CoreDumpCheck.findings(noLimit).ids == ["doctor-not-checked"])
    }

    // MARK: Clock

    @Test("a clock that nothing keeps right is found, and one that is not known was not checked")
    func clock() {
        #expect(ClockCheck.findings(machine { _ in }.isClockSynchronized).isEmpty)
        let free = machine { $0.isSynchronized = .success(false) }
        #expect(ClockCheck.findings(free.isClockSynchronized).ids == ["doctor-clock-unsynchronized"])
        let unknown = machine { $0.isSynchronized = .failure(.notSupported) }
        #expect(ClockCheck.findings(unknown.isClockSynchronized).ids == ["doctor-not-checked"])
    }

    @Test("a clock behind the newest event is found; a step of a minute is none")
    func clockBehind() {
        #expect(ClockCheck.findings(.known(nil), at: .now).isEmpty)
        #expect(ClockCheck.findings(.known(Timestamp(seconds: Timestamp.now.seconds + 60)), at: .now).isEmpty)
        let behind = ClockCheck.findings(.known(Timestamp(seconds: Timestamp.now.seconds + 61)), at: .now)
        #expect(behind.ids == ["doctor-clock-behind"] && behind[0].evidence == [Evidence("behind by", "61 s")])
        #expect(ClockCheck.findings(.unknown("no permission"), at: .now).ids == ["doctor-not-checked"])
    }

    // MARK: Others

    @Test("OpenSSL is told, with or without its FIPS provider", arguments: [(true, "active"), (false, "not active")])
    func cryptography(isActive: Bool, text: String) {
        var facts = machine { _ in }
        #expect(facts.cryptography.version.hasPrefix("OpenSSL 3"))
        facts.cryptography.isFIPSActive = isActive
        let findings = CryptographyCheck.findings(facts)
        #expect(findings.ids == ["doctor-cryptography"] && findings[0].evidence.last == Evidence("FIPS provider", text))
    }

    @Test("a scan is old after thirty days")
    func scan() {
        for (age, ids) in [(29, []), (30, ["doctor-scan-old"])] {
            #expect(ScanCheck.findings(ScanFacts(path: "last.json", written: .daysAgo(age), endpointCount: 2), at: .now).ids == ids)
        }
    }
}
