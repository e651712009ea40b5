import Findings
import KeyStore
import SystemPackage
import Testing

@testable import Posture

@Suite("Posture")
struct PostureTests {
    private static let machine: MachineFacts = {
        var machine = TestMachine.laptop
        machine.texts[SwapArea.path] = "Filename"
        machine.texts[CoreDumpFacts.patternPath] = "core"
        machine.texts[CoreDumpFacts.privilegedPath] = "0"
        return MachineFacts(reading: machine)
    }()

    private static func store(_ contents: StoreFacts.Contents) -> StoreFacts {
        let seals = [SealKind.passphrase, .recovery].map {
            SealFacts(id: $0.rawValue, kind: $0, label: "", creationDate: .daysAgo(1))
        }
        return StoreFacts(path: HomeFacts.path, home: .good, seals: .known(seals), newestEvent: .known(.daysAgo(1)), contents: contents)
    }

    private func findings(_ store: Observation<StoreFacts?>) -> [Finding] {
        PostureFacts(path: HomeFacts.path, machine: Self.machine, store: store).findings(at: .now)
    }

    @Test("without a store the machine is checked, and that there is none is no fault")
    func none() {
        let findings = findings(.known(nil))
        #expect(Set(findings.ids) == ["doctor-cryptography", "doctor-no-store"] && !findings.exceeds(.low))
    }

    @Test("a store that cannot be looked at was not checked")
    func unknown() {
        #expect(findings(.unknown("permission denied")).ids.contains("doctor-not-checked"))
    }

    @Test("an empty store in order has nothing but the library to tell")
    func open() {
        let contents = StoreContents(
            keys: .known([]), objects: .known(nil), secondFactors: .known(nil), trail: .known(TrailFacts(eventCount: 1)))
        #expect(findings(.known(Self.store(.open(contents)))).ids == ["doctor-cryptography"])
    }

    @Test("what only an open store tells was not checked, with the reason and what to do")
    func sealed() throws {
        let findings = findings(.known(Self.store(.sealed(reason: "no terminal", advice: "give one"))))
        let finding = try #require(findings.first { $0.isUnchecked })
        #expect(finding.evidence.last == Evidence("reason", "no terminal") && finding.remediation == "give one")
        #expect(findings.count == 2)
    }

    @Test("damage is damage, also where only a part of the store shows it")
    func damaged() {
        #expect(findings(.known(Self.store(.damaged("record")))).ids.first == "doctor-store-damaged")
        let contents = StoreContents(
            keys: .unknown("a"), objects: .unknown("b"), secondFactors: .unknown("c"), trail: .unknown("d"), problems: ["b"])
        let found = findings(.known(Self.store(.open(contents))))
        #expect(found.count(where: \.isPostureDamage) == 1 && found.count(where: \.isUnchecked) == 4)
    }

    @Test("titles are sentences, and what is worse than a note says what to do wherever it is found")
    func form() {
        for kind in PostureFinding.allCases {
            #expect(kind.rawValue.wholeMatch(of: /doctor(-[a-z]+)+/) != nil, "\(kind)")
            #expect(kind.title.hasSuffix(".") && kind.title.first?.isUppercase == true, "\(kind)")
        }
    }

    @Test("this machine can be read")
    func thisMachine() throws {
        let machine = LocalMachine()
        #expect(machine.userID == (try machine.status(of: "/proc/self", followingLinks: true).owner))
        #expect(try machine.resolved("/proc/self/../self").hasPrefix("/proc/"))
        #expect(try machine.names(in: "/").contains("proc"))
        #expect(try machine.text(of: "/proc/sys/kernel/ostype") == "Linux")
        #expect(throws: Errno.noSuchFileOrDirectory) { try machine.status(of: "/nowhere", followingLinks: false) }
        #expect(!MountTable(try machine.text(of: MountTable.path)).mounts.isEmpty)
        _ = try machine.coreDumpLimit()
        _ = try machine.isClockSynchronized()
    }
}
