import KeyStore
import ObjectStore
import Testing

@Suite("Object Lock")
struct ObjectLockRulesTests {
    static let now = Timestamp(seconds: 1_000_000)
    static let past = Timestamp(seconds: 999_999)
    static let soon = Timestamp(seconds: 1_000_100)
    static let later = Timestamp(seconds: 1_000_200)
    static let dates = [past, now, soon, later]
    static let retentions: [Retention?] =
        [nil] + RetentionMode.allCases.flatMap { mode in dates.map { Retention(mode: mode, retainUntilDate: $0) } }
    static let bypasses = [true, false].flatMap { requested in
        [true, false].map { ObjectLockRules.Bypass(requested: requested, permitted: $0) }
    }

    private func code(_ check: () throws(ObjectStoreError) -> Void) -> ObjectStoreErrorCode? {
        do {
            try check()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("who may delete a version, for every lock", arguments: retentions, [LegalHoldStatus.on, .off, nil])
    func deletion(retention: Retention?, legalHold: LegalHoldStatus?) {
        for bypass in Self.bypasses {
            let result = code { () throws(ObjectStoreError) in
                try ObjectLockRules.checkDeletion(
                    of: ObjectLock(retention: retention, legalHold: legalHold), now: Self.now, bypass: bypass)
            }
            let isRetained = retention.map { $0.retainUntilDate == Self.soon || $0.retainUntilDate == Self.later } ?? false
            let isBypassed = retention?.mode == .governance && bypass.requested && bypass.permitted
            #expect(result == (legalHold == .on || (isRetained && !isBypassed) ? .accessDenied : nil))
        }
    }

    @Test("every change of retention", arguments: retentions, retentions)
    func change(current: Retention?, new: Retention?) {
        for bypass in Self.bypasses {
            let result = code { () throws(ObjectStoreError) in
                try ObjectLockRules.checkRetention(new, after: current, now: Self.now, bypass: bypass)
            }
            #expect(result == expected(current, new, bypass.requested && bypass.permitted))
        }
    }

    /// The user guide, in the order in which it can be read.
    private func expected(_ current: Retention?, _ new: Retention?, _ bypasses: Bool) -> ObjectStoreErrorCode? {
        if let new, new.retainUntilDate <= Self.now { return .invalidArgument }
        guard let current, current.retainUntilDate > Self.now else { return nil }
        let extends = new.map { $0.mode == current.mode && $0.retainUntilDate >= current.retainUntilDate } ?? false
        switch current.mode {
        case .compliance: return extends ? nil : .accessDenied
        case .governance: return extends || bypasses ? nil : .accessDenied
        }
    }

    @Test("a version gets the bucket's default where its request asks for nothing")
    func defaults() throws {
        let configuration = ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: .governance, period: .years(1)))
        let asked = Retention(mode: .compliance, retainUntilDate: Self.later)
        let defaulted = try ObjectLockRules.lock(retention: nil, legalHold: .on, in: configuration, now: Self.now)
        #expect(
            defaulted == ObjectLock(retention: Retention(mode: .governance, retainUntilDate: Self.now.adding(days: 365)), legalHold: .on))
        #expect(try ObjectLockRules.lock(retention: asked, legalHold: nil, in: configuration, now: Self.now).retention == asked)
        #expect(try ObjectLockRules.lock(retention: nil, legalHold: nil, in: ObjectLockConfiguration(), now: Self.now) == .none)
        #expect(try ObjectLockRules.lock(retention: nil, legalHold: nil, in: nil, now: Self.now) == .none)
    }

    @Test("a lock needs a bucket with Object Lock, and a date to come")
    func refused() throws {
        let (good, bad) = (
            Retention(mode: .governance, retainUntilDate: Self.soon), Retention(mode: .governance, retainUntilDate: Self.now)
        )
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try ObjectLockRules.lock(retention: good, legalHold: nil, in: nil, now: Self.now)
        }
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try ObjectLockRules.lock(retention: nil, legalHold: .off, in: nil, now: Self.now)
        }
        #expect(throws: ObjectStoreError(.invalidArgument)) {
            try ObjectLockRules.lock(retention: bad, legalHold: nil, in: ObjectLockConfiguration(), now: Self.now)
        }
        #expect(throws: ObjectStoreError(.invalidBucketState)) { try ObjectLockRules.checkConfiguration(in: .suspended) }
    }

    @Test("a default period is one day to a hundred years", arguments: [0, -1, 36_501])
    func period(days: Int) throws {
        #expect(throws: ObjectStoreError(.invalidRetentionPeriod)) { try DefaultRetention(mode: .compliance, period: .days(days)) }
        #expect(throws: ObjectStoreError(.invalidRetentionPeriod)) {
            try DefaultRetention(mode: .compliance, period: .years(days == 36_501 ? 101 : days))
        }
        #expect(try DefaultRetention(mode: .compliance, period: .years(100)).days == 36_500)
    }

    @Test("which defaults protect less")
    func weakerDefaults() throws {
        func configuration(_ mode: RetentionMode, _ days: Int) throws -> ObjectLockConfiguration {
            ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: mode, period: .days(days)))
        }
        let none = ObjectLockConfiguration()
        #expect(ObjectLockRules.weakens(none, after: try configuration(.governance, 1)))
        #expect(ObjectLockRules.weakens(try configuration(.compliance, 1), after: try configuration(.compliance, 2)))
        #expect(ObjectLockRules.weakens(try configuration(.governance, 2), after: try configuration(.compliance, 2)))
        #expect(!ObjectLockRules.weakens(try configuration(.compliance, 2), after: try configuration(.governance, 2)))
        #expect(!ObjectLockRules.weakens(none, after: none))
        #expect(!ObjectLockRules.weakens(try configuration(.governance, 1), after: nil))
    }
}
