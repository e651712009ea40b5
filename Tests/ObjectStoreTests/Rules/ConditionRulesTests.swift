import KeyStore
import ObjectStore
import Testing

@Suite("Conditional requests")
struct ConditionRulesTests {
    enum Given: CaseIterable, Sendable {
        case absent, holds, broken
    }

    static let eTag = ETag(opaque: [1])
    static let other = ETag(opaque: [2])
    static let modified = Timestamp(nanoseconds: 1_000_000_000_500)

    private func conditions(_ match: Given, _ unmodified: Given, _ noneMatch: Given, _ since: Given) -> ReadConditions {
        func tag(_ given: Given, _ holding: ETag, _ breaking: ETag) -> ETagCondition? {
            given == .absent ? nil : .oneOf([given == .holds ? holding : breaking])
        }
        func date(_ given: Given, _ holding: Int64, _ breaking: Int64) -> Timestamp? {
            given == .absent ? nil : Timestamp(seconds: given == .holds ? holding : breaking)
        }
        return ReadConditions(
            ifMatch: tag(match, Self.eTag, Self.other), ifNoneMatch: tag(noneMatch, Self.other, Self.eTag),
            ifModifiedSince: date(since, 999, 1000), ifUnmodifiedSince: date(unmodified, 1000, 999))
    }

    /// The answer in the words of S3's page on GetObject and RFC 9110 §13.2.2, written down independently: 200, 304 or 412.
    private func expected(_ match: Given, _ unmodified: Given, _ noneMatch: Given, _ since: Given) -> Int {
        if match == .broken { return 412 }
        if match == .absent, unmodified == .broken { return 412 }
        if noneMatch == .broken { return 304 }
        if noneMatch == .absent, since == .broken { return 304 }
        return 200
    }

    @Test("all 81 combinations of the four conditions of a read", arguments: Given.allCases, Given.allCases)
    func reads(match: Given, unmodified: Given) {
        for noneMatch in Given.allCases {
            for since in Given.allCases {
                let conditions = conditions(match, unmodified, noneMatch, since)
                let expected = expected(match, unmodified, noneMatch, since)
                #expect(
                    status { () throws(ObjectStoreError) in
                        try ConditionRules.checkRead(conditions, eTag: Self.eTag, lastModified: Self.modified)
                    } == expected)
                let copy = status { () throws(ObjectStoreError) in
                    try ConditionRules.checkCopySource(conditions, eTag: Self.eTag, lastModified: Self.modified)
                }
                #expect(copy == (expected == 200 ? 200 : 412))
            }
        }
    }

    private func status(_ check: () throws(ObjectStoreError) -> Void) -> Int {
        do {
            try check()
            return 200
        } catch {
            return error.httpStatus
        }
    }

    @Test("* matches any object, and a list any of its tags")
    func lists() throws {
        #expect(try ETagCondition("*") == .any)
        #expect(try ETagCondition("\"a\", \"b\" ,\"c\"") == .oneOf([ETag("a"), ETag("b"), ETag("c")]))
        #expect(try ETagCondition("abc-12").matches(ETag("\"abc-12\"")))
        #expect(try !ETagCondition("abc-12").matches(ETag("abc")))
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ETagCondition("\"a\",,\"b\"") }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ETagCondition("W/\"a\"") }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ETagCondition(String(repeating: "a,", count: 100)) }
    }

    @Test("writes can ask for one entity tag, or for nothing to be there")
    func writeForms() throws {
        #expect(try WriteConditions(ifMatch: .oneOf([Self.eTag])).ifMatch == Self.eTag)
        #expect(try WriteConditions(ifNoneMatch: .any).ifNoneMatch)
        #expect(throws: ObjectStoreError(.notImplemented)) { try WriteConditions(ifMatch: .any) }
        #expect(throws: ObjectStoreError(.notImplemented)) { try WriteConditions(ifMatch: .oneOf([Self.eTag, Self.other])) }
        #expect(throws: ObjectStoreError(.notImplemented)) { try WriteConditions(ifNoneMatch: .oneOf([Self.eTag])) }
    }

    static let currents: [CurrentVersion] = [.nothing, .deleteMarker, .object(eTag), .object(other)]

    @Test("a write that must not replace anything", arguments: currents)
    func ifNoneMatch(current: CurrentVersion) throws {
        let conditions = try WriteConditions(ifNoneMatch: .any)
        let result = status { () throws(ObjectStoreError) in try ConditionRules.checkWrite(conditions, current: current) }
        #expect(result == (current == .nothing || current == .deleteMarker ? 200 : 412))
    }

    @Test("a write that must replace one object", arguments: currents)
    func ifMatch(current: CurrentVersion) throws {
        let conditions = try WriteConditions(ifMatch: .oneOf([Self.eTag]))
        let result = status { () throws(ObjectStoreError) in try ConditionRules.checkWrite(conditions, current: current) }
        #expect(result == (current == .object(Self.eTag) ? 200 : current == .object(Self.other) ? 412 : 404))
    }

    @Test("a condition that stops holding on the way is a conflict", arguments: currents, currents)
    func conflict(arrival: CurrentVersion, commit: CurrentVersion) throws {
        let conditions = try WriteConditions(ifNoneMatch: .any)
        let result = status { () throws(ObjectStoreError) in
            try ConditionRules.checkWrite(conditions, atArrival: arrival, atCommit: commit)
        }
        func isFree(_ current: CurrentVersion) -> Bool { current == .nothing || current == .deleteMarker }
        #expect(result == (!isFree(arrival) ? 412 : !isFree(commit) ? 409 : 200))
    }

    @Test("a deletion of one object", arguments: currents)
    func delete(current: CurrentVersion) {
        let exact = status { () throws(ObjectStoreError) in try ConditionRules.checkDelete(.oneOf([Self.eTag]), current: current) }
        #expect(exact == (current == .object(Self.eTag) ? 200 : current == .object(Self.other) ? 412 : 404))
        let any = status { () throws(ObjectStoreError) in try ConditionRules.checkDelete(.any, current: current) }
        #expect(any == (current == .nothing || current == .deleteMarker ? 404 : 200))
        #expect(status { () throws(ObjectStoreError) in try ConditionRules.checkDelete(nil, current: current) } == 200)
    }
}
