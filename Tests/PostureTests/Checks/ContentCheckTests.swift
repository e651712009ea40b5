import Findings
import KeyStore
import Testing

@testable import Posture

@Suite("Checks of what is in a store")
struct ContentCheckTests {
    private func key(
        _ age: Int, origin: KeyOrigin = .awsKMS, spec: KeySpec = .symmetricDefault, state: KeyState = .enabled,
        _ rotation: KeyFacts.Rotation? = KeyFacts.Rotation(isAutomatic: false)
    ) -> [String] {
        let facts = KeyFacts(
            id: "1234", alias: "k", creationDate: .daysAgo(age), state: state, spec: spec, origin: origin, rotation: rotation)
        return KeyCheck.findings(facts, at: .now).ids
    }

    @Test("keys: material older than a year, and rotation that nobody turned on")
    func rotation() {
        #expect(key(364).isEmpty)
        #expect(key(365) == ["doctor-key-unrotated"])
        #expect(key(900, KeyFacts.Rotation(isAutomatic: true, latest: .daysAgo(900))).isEmpty)
        #expect(key(900, KeyFacts.Rotation(isAutomatic: false, latest: .daysAgo(30))) == ["doctor-key-rotation-off"])
        #expect(key(900, KeyFacts.Rotation(isAutomatic: false, latest: .daysAgo(400))) == ["doctor-key-unrotated"])
    }

    @Test("imported material is rotated by hand, other specs are not, and disabled keys are not in use")
    func otherKeys() throws {
        #expect(key(900, origin: .external) == ["doctor-key-unrotated"])
        #expect(key(900, origin: .external, KeyFacts.Rotation(isAutomatic: false, latest: .daysAgo(30))).isEmpty)
        #expect(key(900, spec: try #require(KeySpec(rawValue: "ECC_NIST_P256"))).isEmpty && key(900, state: .disabled).isEmpty)
    }

    @Test("keys that will be deleted, and material that will expire")
    func ends() {
        var facts = KeyFacts(id: "1234", creationDate: .daysAgo(1), state: .pendingDeletion, deletionDate: Timestamp.now.adding(days: 7))
        let deletion = KeyCheck.findings(facts, at: .now)
        #expect(deletion.ids == ["doctor-key-pending-deletion"] && deletion[0].remediation?.contains("cancel-deletion 1234") == true)
        facts = KeyFacts(id: "1234", creationDate: .daysAgo(1), origin: .external, validTo: Timestamp.now.adding(days: 30))
        #expect(KeyCheck.findings(facts, at: .now).isEmpty)
        for days in [29, -1] {
            facts.validTo = Timestamp.now.adding(days: days)
            #expect(KeyCheck.findings(facts, at: .now).ids == ["doctor-material-expires"])
        }
    }

    private func objects(_ change: (inout ObjectFacts) -> Void) -> [String] {
        var facts = ObjectFacts(
            buckets: [ObjectFacts.Bucket(name: "photos", versioning: .enabled, hasMFADelete: true, hasKey: true)], versionCount: 3,
            hasRecoveryRecipient: true, scrub: ObjectFacts.Scrub(started: .daysAgo(2), finished: .daysAgo(1)))
        change(&facts)
        return ObjectCheck.findings(facts, at: .now, path: HomeFacts.path).ids
    }

    @Test("buckets: versions, MFA delete, a key of their own")
    func buckets() {
        #expect(objects { _ in } == [])
        #expect(objects { $0.buckets[0].versioning = .never } == ["doctor-bucket-unversioned"])
        #expect(objects { $0.buckets[0].versioning = .suspended } == ["doctor-bucket-unversioned"])
        #expect(objects { $0.buckets[0].hasMFADelete = false } == ["doctor-bucket-no-mfa-delete"])
        #expect(objects { $0.buckets[0].hasKey = false } == ["doctor-bucket-no-key"])
    }

    @Test("objects: a recipient for recovery, a disk that writes")
    func store() {
        #expect(objects { $0.hasRecoveryRecipient = false } == ["doctor-no-recovery-recipient"])
        #expect(objects { $0.isWritable = false } == ["doctor-store-read-only"])
    }

    @Test("scrubs: none although something is stored, long ago, never finished, and one that found damage")
    func scrubs() {
        #expect(objects { $0.scrub = nil } == ["doctor-never-scrubbed"])
        let empty = objects { facts in
            facts.scrub = nil
            facts.versionCount = 0
        }
        #expect(empty == [])
        #expect(objects { $0.scrub?.finished = .daysAgo(89) } == [])
        #expect(objects { $0.scrub?.finished = .daysAgo(90) } == ["doctor-scrub-old"])
        #expect(objects { $0.scrub = ObjectFacts.Scrub(started: .daysAgo(100), finished: nil) } == ["doctor-scrub-old"])
        #expect(objects { $0.scrub?.damagedCount = 1 } == ["doctor-scrub-damage"])
    }

    @Test("second factors: recovery codes are asked for only where there are devices")
    func secondFactors() {
        for (devices, codes, ids) in [
            (0, 0, []), (1, 3, []), (1, 2, ["doctor-few-recovery-codes"]), (2, 0, ["doctor-no-recovery-codes"]),
        ] {
            #expect(SecondFactorCheck.findings(SecondFactorFacts(deviceCount: devices, recoveryCodesLeft: codes)).ids == ids)
        }
    }

    @Test("a trail with a problem is damage")
    func trail() {
        #expect(TrailCheck.findings(TrailFacts(eventCount: 7), path: "/s").isEmpty)
        let findings = TrailCheck.findings(TrailFacts(eventCount: 7, problem: "line 3, event 2: changed"), path: "/s")
        #expect(findings.ids == ["doctor-audit-trail-damaged"] && findings.allSatisfy(\.isPostureDamage))
    }
}
