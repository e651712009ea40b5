import Findings
import Foundation
import KeyStore
import KeyTestSupport
import Testing

@testable import AccessControl
@testable import ObjectStore

/// When a code is accepted, when it is used up, and when not.
@Suite("Codes for deletions", .enabled(if: PeerPhone.isInstalled, "oathtool is not installed"))
struct MFACodeUseTests {
    /// Several versions, to be deleted one by one.
    private func bucket(versions count: Int) async throws -> (MFABucket, [VersionID]) {
        let bucket = try await MFABucket()
        var versions: [VersionID] = []
        for number in 0..<count { versions.append(try #require(try await bucket.subject.put("k", "\(number)").versionID)) }
        return (bucket, versions)
    }

    @Test("the answer is the same whatever is wrong with a code")
    func noOracle() async throws {
        let (bucket, versions) = try await bucket(versions: 2)
        let used = try bucket.fresh()
        try await bucket.delete("k", versions[0], code: used)
        let digits = try bucket.phone.code(at: bucket.now, stepsAhead: 1)
        var answers: Set<String> = []
        for code in [
            used, try bucket.wrong(), "nobody \(digits)", "arn:aws:iam::123456789012:mfa/phone \(digits)", "phone \(digits)0",
            "phone  \(digits)",
            "phone", "", "not a code", "AAAA-BBBB-CCCC-DDDD", "\u{0}", String(repeating: "9", count: 5000),
        ] {
            answers.insert(await bucket.refusal("k", versions[1], code: code) ?? "")
        }
        #expect(answers.count == 1, "\(answers)")
        // Also of a version that does not exist, and of a locked device.
        answers.insert(await bucket.refusal("none", .null, code: try bucket.wrong()) ?? "")
        for _ in 0..<10 { answers.insert(await bucket.refusal("k", versions[1], code: try bucket.wrong()) ?? "") }
        answers.insert(await bucket.refusal("k", versions[1], code: try bucket.fresh()) ?? "")
        #expect(answers.count == 1, "\(answers)")
        #expect(try await bucket.subject.versions() == ["k*"])
    }

    @Test("a code alone is enough where there is one device, and a device may be named by its serial")
    func names() async throws {
        let (bucket, versions) = try await bucket(versions: 2)
        try await bucket.delete("k", versions[0], code: String(bucket.fresh().suffix(6)))
        let serial = try #require(try await bucket.gate.devices().first).serial
        try await bucket.delete("k", versions[1], code: "\(serial) \(bucket.fresh().suffix(6))")
    }

    @Test("a code works once, whether the second deletion is of another version or the same")
    func once() async throws {
        let (bucket, versions) = try await bucket(versions: 2)
        let code = try bucket.fresh()
        try await bucket.delete("k", versions[0], code: code)
        await bucket.refusal("k", versions[0], code: code)
        await bucket.refusal("k", versions[1], code: code)
        #expect(try await bucket.subject.versions() == ["k*"])
    }

    @Test("of concurrent deletions with one code exactly one is done", arguments: [1, 2])
    func race(_ services: Int) async throws {
        let (bucket, versions) = try await bucket(versions: 8)
        let code = try bucket.fresh()
        var subjects = [bucket.subject]
        if services > 1 { subjects.append(try await bucket.store.subject()) }
        let done = await withTaskGroup(of: Bool.self) { [subjects] group in
            for (index, version) in versions.enumerated() {
                let subject = subjects[index % subjects.count]
                group.addTask {
                    do {
                        try await subject.delete("k", version) { $0.mfa = try LocalStore.token(code) }
                        return true
                    } catch {
                        #expect(error as? ObjectStoreError == ObjectStoreError(.accessDenied))
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
        #expect(try await bucket.subject.versions().count == 7)
    }

    @Test("a code is good one step early and one late, and no more", arguments: [-2, -1, 0, 1, 2])
    func window(_ steps: Int64) async throws {
        let (bucket, versions) = try await bucket(versions: 1)
        bucket.store.clock.pass(.seconds(120))
        let code = try bucket.shown(stepsAhead: steps)
        guard abs(steps) > 1 else {
            try await bucket.delete("k", versions[0], code: code)
            return
        }
        await bucket.refusal("k", versions[0], code: code)
    }

    @Test("a used code is refused in the next step, too, and one from before it")
    func replay() async throws {
        let (bucket, versions) = try await bucket(versions: 3)
        let former = try bucket.fresh()
        let code = try bucket.fresh()
        try await bucket.delete("k", versions[0], code: code)
        await bucket.refusal("k", versions[1], code: former)
        bucket.store.clock.pass(.seconds(30))
        await bucket.refusal("k", versions[1], code: code)
        // The code of this very step is good all the same.
        try await bucket.delete("k", versions[1], code: bucket.shown())
        // One that was accepted before its step is not accepted in it.
        let ahead = try bucket.shown(stepsAhead: 1)
        try await bucket.delete("k", versions[2], code: ahead)
        bucket.store.clock.pass(.seconds(30))
        await bucket.refusal("k", versions[2], code: ahead)
    }

    @Test("ten wrong codes lock the device, also after the store was opened again, and time unlocks it")
    func lockOut() async throws {
        let (bucket, versions) = try await bucket(versions: 1)
        for _ in 0..<10 { await bucket.refusal("k", versions[0], code: try bucket.wrong()) }
        await bucket.refusal("k", versions[0], code: try bucket.fresh())
        let again = try await bucket.store.subject()
        let code = try bucket.fresh()
        await again.expect(.accessDenied) { try await again.delete("k", versions[0]) { $0.mfa = try LocalStore.token(code) } }
        bucket.store.clock.pass(.seconds(15 * 60))
        try await bucket.delete("k", versions[0], code: bucket.fresh())
    }

    @Test("guesses at names that no device has do not lock the device")
    func strangers() async throws {
        let (bucket, versions) = try await bucket(versions: 1)
        for _ in 0..<12 { await bucket.refusal("k", versions[0], code: "nobody 123456") }
        try await bucket.delete("k", versions[0], code: bucket.fresh())
    }

    @Test("codes for what needs none lock nobody out, right or wrong")
    func needless() async throws {
        let bucket = try await MFABucket(isOn: false)
        for number in 0..<12 {
            let put = try await bucket.subject.put("k", "\(number)")
            try await bucket.delete("k", put.versionID, code: number % 2 == 0 ? bucket.wrong() : bucket.fresh())
        }
        try await bucket.subject.setVersioning(.enabled, mfaDelete: .enabled, mfa: bucket.token())
    }

    @Test("while the clock is set back no code is good, until it has caught up")
    func clockSetBack() async throws {
        let (bucket, versions) = try await bucket(versions: 2)
        try await bucket.delete("k", versions[0], code: bucket.fresh())
        let behind = try await bucket.open(clock: SetBackClock(clock: bucket.store.clock, seconds: 600))
        let s = Subject(service: behind, clock: bucket.store.clock)
        for step in [-21, -20, -19] as [Int64] {
            let code = try bucket.shown(stepsAhead: step)
            await s.expect(.accessDenied) { try await s.delete("k", versions[1]) { $0.mfa = try LocalStore.token(code) } }
        }
        let check = try await behind.check(repair: false)
        #expect(check.findings.map(\.id) == ["clock-set-back"])
        bucket.store.clock.pass(.seconds(600))
        let code = try bucket.fresh()
        // It is still set back, and its code of now is one of the future there.
        await s.expect(.accessDenied) { try await s.delete("k", versions[1]) { $0.mfa = try LocalStore.token(code) } }
        #expect(try await bucket.service.check(repair: false).findings.isEmpty)
        try await bucket.delete("k", versions[1], code: code)
    }

    @Test("a recovery code works once, however it is written")
    func recoveryCode() async throws {
        let (bucket, versions) = try await bucket(versions: 3)
        let code = bucket.recoveryCodes[0]
        try await bucket.delete("k", versions[0], code: code)
        await bucket.refusal("k", versions[1], code: code)
        try await bucket.delete("k", versions[1], code: bucket.recoveryCodes[1].lowercased().replacing("-", with: " "))
        await bucket.refusal("k", versions[2], code: bucket.recoveryCodes[1])
    }

    @Test("a locked version stays for a good code, which is not used up", arguments: [true, false])
    func locked(_ byLegalHold: Bool) async throws {
        let bucket = try await MFABucket(objectLock: true)
        let put = try await bucket.subject.put("k", "1") {
            if byLegalHold {
                $0.objectLockLegalHoldStatus = .on
            } else {
                $0.objectLockRetention = Retention(mode: .compliance, retainUntilDate: bucket.now.adding(days: 1))
            }
        }
        let free = try await bucket.subject.put("free", "1")
        let code = try bucket.fresh()
        for bypass in [true, false] {
            await bucket.subject.expect(.accessDenied) {
                try await bucket.subject.delete("k", put.versionID) {
                    $0.mfa = try LocalStore.token(code)
                    $0.bypassGovernanceRetention = bypass
                }
            }
        }
        try await bucket.delete("free", free.versionID, code: code)
        #expect(try await bucket.subject.versions() == ["k*"])
    }

    @Test("in a batch a locked version stays, and the others go")
    func lockedInBatch() async throws {
        let bucket = try await MFABucket(objectLock: true)
        let held = try await bucket.subject.put("held", "1") { $0.objectLockLegalHoldStatus = .on }
        let free = try await bucket.subject.put("free", "1")
        var request = DeleteObjectsRequest(
            bucket: Subject.bucket,
            objects: [
                .init(key: Subject.key("held"), versionID: held.versionID), .init(key: Subject.key("free"), versionID: free.versionID),
            ])
        request.mfa = try bucket.token()
        let response = try await bucket.service.deleteObjects(request)
        #expect(response.errors.map(\.error.code) == [.accessDenied])
        #expect(try await bucket.subject.versions() == ["held*"])
    }

    @Test("a deletion that is undone as a whole does not use its code up")
    func trailThatCannotBeWritten() async throws {
        let (bucket, versions) = try await bucket(versions: 1)
        let mute = try await bucket.open(trail: bucket.store.readOnlyTrail())
        let s = Subject(service: mute, clock: bucket.store.clock)
        let code = try bucket.fresh()
        for _ in 0..<2 {
            await s.expect(.auditUnavailable) { try await s.delete("k", versions[0]) { $0.mfa = try LocalStore.token(code) } }
        }
        #expect(try await bucket.subject.versions() == ["k*"])
        try await bucket.delete("k", versions[0], code: code)
    }

    @Test("a deletion whose condition fails does not use its code up")
    func failedCondition() async throws {
        let (bucket, versions) = try await bucket(versions: 1)
        let code = try bucket.fresh()
        await bucket.subject.expect(.preconditionFailed) {
            try await bucket.subject.delete("k", versions[0]) {
                $0.mfa = try LocalStore.token(code)
                $0.ifMatch = .oneOf([try ETag("other")])
            }
        }
        try await bucket.delete("k", versions[0], code: code)
    }
}

/// Of a machine whose wall clock somebody has set back, while its boot clock goes on.
private struct SetBackClock: KeyStoreClock {
    let clock: ManualClock
    let seconds: Int64

    func read() throws(KeyStoreError) -> ClockReading {
        let reading = try clock.read()
        return ClockReading(
            wall: Timestamp(seconds: reading.wall.seconds - seconds), bootID: reading.bootID, sinceBoot: reading.sinceBoot)
    }
}
