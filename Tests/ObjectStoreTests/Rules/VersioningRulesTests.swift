import ObjectStore
import Testing

@Suite("Versioning")
struct VersioningRulesTests {
    @Test("what writes and deletions do in each state")
    func effects() {
        #expect(VersioningRules.put(in: .unversioned) == .replacingNull)
        #expect(VersioningRules.put(in: .enabled) == .added)
        #expect(VersioningRules.put(in: .suspended) == .replacingNull)
        #expect(VersioningRules.delete(in: .unversioned) == .removingNull)
        #expect(VersioningRules.delete(in: .enabled) == .addingMarker(.added))
        #expect(VersioningRules.delete(in: .suspended) == .addingMarker(.replacingNull))
    }

    @Test(
        "no way leads back to a bucket without versions, and a bucket with Object Lock keeps them", arguments: VersioningStatus.allCases,
        [true, false])
    func changes(status: VersioningStatus, hasObjectLock: Bool) {
        let (current, new) = (VersioningConfiguration(status: .enabled), VersioningConfiguration(status: status))
        let expected: ObjectStoreErrorCode? =
            status == .unversioned ? .malformedXML : hasObjectLock && status == .suspended ? .invalidBucketState : nil
        if let expected {
            #expect(throws: ObjectStoreError(expected)) { try VersioningRules.check(new, after: current, hasObjectLock: hasObjectLock) }
        } else {
            #expect(throws: Never.self) { try VersioningRules.check(new, after: current, hasObjectLock: hasObjectLock) }
        }
    }

    @Test("which changes need a second factor")
    func mfa() {
        let statuses: [VersioningStatus] = [.enabled, .suspended]
        let deletes: [MFADeleteStatus?] = [nil, .enabled, .disabled]
        for before in statuses {
            for after in statuses {
                for current in deletes {
                    for new in deletes {
                        let needs = VersioningRules.needsMFA(
                            VersioningConfiguration(status: after, mfaDelete: new),
                            after: VersioningConfiguration(status: before, mfaDelete: current))
                        let turnsOn = new == .enabled && current != .enabled
                        let changesWhileOn = current == .enabled && (new == .disabled || before != after)
                        #expect(needs == (turnsOn || changesWhileOn))
                    }
                }
            }
        }
    }
}
