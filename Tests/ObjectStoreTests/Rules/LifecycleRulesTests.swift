import KeyStore
import Testing

@testable import ObjectStore

@Suite("Lifecycle")
struct LifecycleRulesTests {
    static let day: Int64 = 86_400
    /// Noon of day 100.
    static let made = Timestamp(seconds: 100 * day + day / 2)

    private func configuration(_ rules: LifecycleRule...) throws -> LifecycleConfiguration { try LifecycleConfiguration(rules: rules) }
    private func key(_ text: String = "logs/a") throws -> ObjectKey { try ObjectKey(text) }
    private func at(_ day: Int64, _ second: Int64 = 0) -> Timestamp { Timestamp(seconds: day * Self.day + second) }
    private let lock = ObjectLock(retention: Retention(mode: .governance, retainUntilDate: Timestamp(seconds: 1000 * day)))

    private func decision(
        _ facts: LifecycleRules.VersionFacts, _ configuration: LifecycleConfiguration, _ now: Timestamp,
        _ status: VersioningStatus = .enabled
    ) -> LifecycleRules.Decision {
        LifecycleRules.decision(for: facts, in: configuration, versioning: status, now: now)
    }

    @Test("days are rounded up to the next midnight")
    func midnight() {
        #expect(LifecycleRules.midnight(1, after: Self.made) == at(102))
        #expect(LifecycleRules.midnight(1, after: at(100)) == at(101))
        #expect(LifecycleRules.midnight(1, after: at(100, 1)) == at(102))
        #expect(LifecycleRules.midnight(1, after: at(-3, 1)) == at(-1))
        #expect(LifecycleRules.midnight(LifecycleRule.maximumDays, after: Self.made).nanoseconds == .max)
    }

    @Test("a current version expires when its time has come, in every state of versioning", arguments: VersioningStatus.allCases)
    func expiration(status: VersioningStatus) throws {
        let configuration = try configuration(LifecycleRule(id: "r", expiration: .days(30)))
        let facts = LifecycleRules.VersionFacts(key: try key(), isLatest: true, lastModified: Self.made)
        #expect(decision(facts, configuration, at(131, -1), status) == .keep)
        #expect(decision(facts, configuration, at(131), status) == .expireCurrent(ruleID: "r"))
        #expect(LifecycleRules.expiry(of: facts, in: configuration) == LifecycleExpiry(date: at(131), ruleID: "r"))
    }

    @Test("a date is for every version, and the earliest of several rules counts")
    func dates() throws {
        let configuration = try configuration(
            LifecycleRule(id: "late", expiration: .date(at(500))), LifecycleRule(id: "early", expiration: .date(at(400))),
            LifecycleRule(id: "off", status: .disabled, expiration: .days(1)))
        let facts = LifecycleRules.VersionFacts(key: try key(), isLatest: true, lastModified: Self.made)
        #expect(LifecycleRules.expiry(of: facts, in: configuration)?.ruleID == "early")
        #expect(decision(facts, configuration, at(399)) == .keep)
        #expect(decision(facts, configuration, at(400)) == .expireCurrent(ruleID: "early"))
    }

    @Test("a lock keeps what would go for good, and lets a delete marker come on top")
    func locks() throws {
        let configuration = try configuration(
            LifecycleRule(id: "r", expiration: .days(1), noncurrentVersionExpiration: .init(noncurrentDays: 1)))
        let current = LifecycleRules.VersionFacts(key: try key(), isLatest: true, lastModified: Self.made, lock: lock)
        #expect(decision(current, configuration, at(900)) == .expireCurrent(ruleID: "r"))
        #expect(decision(current, configuration, at(900), .unversioned) == .keep)
        let noncurrent = LifecycleRules.VersionFacts(
            key: try key(), isLatest: false, lastModified: Self.made, noncurrentSince: Self.made, lock: lock)
        #expect(decision(noncurrent, configuration, at(900)) == .keep)
        #expect(decision(noncurrent, configuration, at(1001)) == .deleteVersion(ruleID: "r"))
    }

    @Test("a noncurrent version goes by the age of its successor, and the newest ones stay", arguments: 0..<5)
    func noncurrent(newer: Int) throws {
        let configuration = try configuration(
            LifecycleRule(id: "r", noncurrentVersionExpiration: .init(noncurrentDays: 10, newerNoncurrentVersions: 3)))
        let facts = LifecycleRules.VersionFacts(
            key: try key(), isLatest: false, lastModified: at(1), noncurrentSince: Self.made, newerNoncurrentCount: newer)
        #expect(decision(facts, configuration, at(110)) == .keep)
        #expect(decision(facts, configuration, at(111)) == (newer >= 3 ? .deleteVersion(ruleID: "r") : .keep))
    }

    @Test("a delete marker goes only when nothing is behind it")
    func markers() throws {
        let byRule = try configuration(LifecycleRule(id: "m", expiration: .expiredObjectDeleteMarker))
        let byDays = try configuration(LifecycleRule(id: "d", expiration: .days(10)))
        func marker(only: Bool, latest: Bool = true) throws -> LifecycleRules.VersionFacts {
            LifecycleRules.VersionFacts(
                key: try key(), isLatest: latest, isDeleteMarker: true, lastModified: Self.made, isOnlyVersion: only)
        }
        #expect(decision(try marker(only: true), byRule, Self.made) == .deleteVersion(ruleID: "m"))
        #expect(decision(try marker(only: false), byRule, at(900)) == .keep)
        #expect(decision(try marker(only: true), byDays, at(110)) == .keep)
        #expect(decision(try marker(only: true), byDays, at(111)) == .deleteVersion(ruleID: "d"))
        #expect(decision(try marker(only: false), byDays, at(900)) == .keep)
        #expect(LifecycleRules.expiry(of: try marker(only: true), in: byDays) == nil)
    }

    @Test("a filter looks at the key, the tags and the size, and all must match")
    func filters() throws {
        let filter = try LifecycleFilter(
            prefix: Array("logs/".utf8), tags: TagSet([ObjectTag(key: "t", value: "1")]), objectSizeGreaterThan: 10, objectSizeLessThan: 20)
        let configuration = try configuration(
            LifecycleRule(id: "r", filter: filter, expiration: .days(1), noncurrentVersionExpiration: .init(noncurrentDays: 1)))
        func expires(_ key: String, _ tags: [ObjectTag], _ size: UInt64) throws -> Bool {
            let facts = LifecycleRules.VersionFacts(
                key: try ObjectKey(key), isLatest: true, lastModified: Self.made, byteCount: size, tags: try TagSet(tags))
            return decision(facts, configuration, at(900)) != .keep
        }
        let tags = [ObjectTag(key: "t", value: "1"), ObjectTag(key: "u", value: "2")]
        #expect(try expires("logs/a", tags, 11))
        #expect(try expires("logs/a", tags, 19))
        #expect(try !expires("logs/a", tags, 10))
        #expect(try !expires("logs/a", tags, 20))
        #expect(try !expires("log/a", tags, 15))
        #expect(try !expires("logs/a", [ObjectTag(key: "t", value: "2")], 15))
        #expect(try !expires("logs/a", [], 15))
        let marker = LifecycleRules.VersionFacts(
            key: try key(), isLatest: false, isDeleteMarker: true, lastModified: Self.made, noncurrentSince: Self.made)
        #expect(decision(marker, configuration, at(900)) == .keep)
    }

    @Test("an upload that nobody completes is aborted")
    func uploads() throws {
        let configuration = try configuration(
            LifecycleRule(id: "a", filter: LifecycleFilter(prefix: Array("logs/".utf8)), abortIncompleteMultipartUploadDays: 7))
        #expect(LifecycleRules.abortingRule(key: try key(), initiated: Self.made, in: configuration, now: at(107)) == nil)
        #expect(LifecycleRules.abortingRule(key: try key(), initiated: Self.made, in: configuration, now: at(108))?.id == "a")
        #expect(LifecycleRules.abortingRule(key: try key("x"), initiated: Self.made, in: configuration, now: at(900)) == nil)
    }

    @Test("rules that cannot be")
    func refused() throws {
        let tagged = try LifecycleFilter(tags: TagSet([ObjectTag(key: "t", value: "")]))
        #expect(throws: ObjectStoreError(.invalidRequest)) { try LifecycleRule(id: "r") }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try LifecycleRule(id: "r", expiration: .days(0)) }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try LifecycleRule(id: "r", expiration: .date(Timestamp(seconds: 1))) }
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try LifecycleRule(id: "r", filter: tagged, expiration: .expiredObjectDeleteMarker)
        }
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try LifecycleRule(id: "r", filter: tagged, abortIncompleteMultipartUploadDays: 1)
        }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try LifecycleRule(id: "r", abortIncompleteMultipartUploadDays: 0) }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try LifecycleRule.NoncurrentExpiration(noncurrentDays: 0) }
        #expect(throws: ObjectStoreError(.invalidArgument)) {
            try LifecycleRule.NoncurrentExpiration(noncurrentDays: 1, newerNoncurrentVersions: 101)
        }
        #expect(throws: ObjectStoreError(.invalidArgument)) {
            try LifecycleRule(id: String(repeating: "a", count: 256), expiration: .days(1))
        }
        #expect(throws: ObjectStoreError(.invalidRequest)) { try LifecycleFilter(objectSizeGreaterThan: 5, objectSizeLessThan: 5) }
        let rule = try LifecycleRule(id: "r", expiration: .days(1))
        #expect(throws: ObjectStoreError(.invalidArgument)) { try LifecycleConfiguration(rules: [rule, rule]) }
        #expect(throws: ObjectStoreError(.malformedXML)) { try LifecycleConfiguration(rules: []) }
        let many = try (0...1000).map { try LifecycleRule(id: "\($0)", expiration: .days(1)) }
        #expect(throws: ObjectStoreError(.malformedXML)) { try LifecycleConfiguration(rules: many) }
        #expect(try LifecycleConfiguration(rules: many.dropLast()).rules.count == 1000)
    }
}
