import KeyStore
import TestSupport

@testable import ObjectStore

/// Requests that a seed gives: few keys, so that they meet, and now and then something that has to be refused.
struct RandomRequests {
    static let keys = ["a", "a/b", "a/b/c", "a/d", "b", "b+ c", "é/ü"]

    var generator: SeededGenerator
    let hasLock: Bool

    init(seed: UInt64, hasLock: Bool) {
        generator = SeededGenerator(seed: seed)
        self.hasLock = hasLock
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
    mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &generator) }
    mutating func key() -> String { Self.keys[number(0...Self.keys.count - 1)] }

    // MARK: What requests say

    /// Mostly small, sometimes empty, sometimes too large to be inline.
    mutating func bytes() -> [UInt8] {
        switch number(1...20) {
        case 1: []
        case 2: generator.bytes(number(16_000...17_000))
        case 3: generator.bytes(number(60_000...140_000))
        default: generator.bytes(number(1...300))
        }
    }

    mutating func checksum(of bytes: [UInt8]) throws -> UploadChecksum {
        guard chance(30), let algorithm = ChecksumAlgorithm.allCases.randomElement(using: &generator) else { return .default }
        guard chance(60) else { return try UploadChecksum(algorithm: algorithm) }
        let right = try ReferenceObjectService.checksum(algorithm, of: bytes)
        return try UploadChecksum(given: [chance(80) ? right : ReferenceObjectService.checksum(algorithm, of: bytes + [1])])
    }

    mutating func tagSet() throws -> TagSet {
        try TagSet((0..<number(0...3)).map { ObjectTag(key: "tag \($0)", value: String(number(0...9))) })
    }

    mutating func metadata() throws -> UserMetadata {
        try UserMetadata((0..<number(0...2)).map { UserMetadata.Entry(name: "m\($0)", value: String(number(0...99))) })
    }

    mutating func headers() throws -> ContentHeaders {
        chance(70) ? .none : try ContentHeaders(contentType: "text/x\(number(1...9))", cacheControl: "max-age=\(number(1...9))")
    }

    /// In a bucket without Object Lock rarely one: it is refused there.
    mutating func retention(_ now: Timestamp) -> Retention? {
        guard chance(hasLock ? 25 : 2) else { return nil }
        return Retention(
            mode: chance(70) ? .governance : .compliance, retainUntilDate: Timestamp(seconds: now.seconds + Int64(number(-2...60))))
    }

    mutating func legalHold() -> LegalHoldStatus? {
        guard chance(hasLock ? 15 : 2) else { return nil }
        return chance(50) ? .on : .off
    }

    mutating func scope(_ limit: Int = 12) -> ListingScope {
        ListingScope(
            prefix: chance(60) ? [] : Array(["a", "a/", "a/b", "b", "é", "x"][number(0...5)].utf8),
            delimiter: chance(50) ? nil : Array(["/", "b", "+ "][number(0...2)].utf8), maxKeys: chance(20) ? nil : number(0...limit))
    }

    mutating func selection() -> GetObjectRequest.Selection {
        switch number(1...6) {
        case 1: .range(.bounded(first: UInt64(number(0...400)), last: UInt64(number(400...90_000))))
        case 2: .range(.from(UInt64(number(0...300))))
        case 3: .range(.suffix(UInt64(number(0...70_000))))
        case 4: .partNumber(number(0...3))
        default: .all
        }
    }
}
