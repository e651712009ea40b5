import TestSupport
import Testing

@testable import ObjectStore

@Suite("Listing walk")
struct ListingWalkTests {
    enum Shown: Hashable, Sendable {
        case key([UInt8])
        case commonPrefix([UInt8])

        var bytes: [UInt8] {
            switch self {
            case .key(let bytes), .commonPrefix(let bytes): bytes
            }
        }
    }

    /// The definition: roll up, sort, once each.
    private func naive(_ keys: [[UInt8]], prefix: [UInt8], delimiter: [UInt8]?) -> [Shown] {
        let shown = keys.filter { $0.starts(with: prefix) }.map { key in
            ListingWalk<Int>.commonPrefix(of: key, prefix, delimiter).map(Shown.commonPrefix) ?? .key(key)
        }
        return Set(shown).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    /// As a store does it: looks keys up from the walk's bound, and goes where it is sent. Counts what it touches.
    private func page(_ keys: [[UInt8]], _ scope: ListingScope, after marker: [UInt8]?, touched: inout Int) throws -> ListingWalk<[UInt8]> {
        var walk = try ListingWalk<[UInt8]>(scope, after: marker)
        var index = walk.lowerBound.map { firstIndex(in: keys, atOrAfter: $0) } ?? keys.count
        while index < keys.count {
            touched += 1
            switch walk.offer(keys[index], keys[index]) {
            case .next: index += 1
            case .seek(let bound): index = firstIndex(in: keys, atOrAfter: bound)
            case .end: return walk
            }
        }
        return walk
    }

    private func firstIndex(in keys: [[UInt8]], atOrAfter bound: [UInt8]) -> Int {
        keys.firstIndex { !$0.lexicographicallyPrecedes(bound) } ?? keys.count
    }

    private func shown(_ walk: ListingWalk<[UInt8]>) -> [Shown] {
        (walk.items.map(Shown.key) + walk.commonPrefixes.map(Shown.commonPrefix)).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    @Test("pages of any size, one after the other, are the whole listing", arguments: 0..<40)
    func pages(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let letters: [UInt8] = Array("ab/".utf8) + [0xFF, 0x00]
        let keys = Set(
            (0..<60).map { _ in
                (0..<Int.random(in: 1...5, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? 0 }
            }
        ).sorted { $0.lexicographicallyPrecedes($1) }
        for prefix in [[], Array("a".utf8), Array("a/".utf8), Array("/".utf8), [0xFF], [0xFF, 0xFF], Array("zzz".utf8)] {
            for delimiter in [nil, Array("/".utf8), Array("b/".utf8), [0xFF], [UInt8]()] {
                let expected = naive(keys, prefix: prefix, delimiter: delimiter.flatMap { $0.isEmpty ? nil : $0 })
                for limit in [1, 2, 3, 7, 1000] {
                    let scope = ListingScope(prefix: prefix, delimiter: delimiter, maxKeys: limit)
                    var (listed, marker): ([Shown], [UInt8]?) = ([], nil)
                    var walk: ListingWalk<[UInt8]>
                    repeat {
                        var touched = 0
                        walk = try page(keys, scope, after: marker, touched: &touched)
                        #expect(walk.items.count + walk.commonPrefixes.count <= limit)
                        // A page costs what it shows, however many keys are rolled up.
                        #expect(touched <= limit + 1)
                        listed += shown(walk)
                        marker = walk.last
                    } while walk.isTruncated
                    try #require(listed == expected, "prefix \(prefix) delimiter \(String(describing: delimiter)) limit \(limit)")
                }
            }
        }
    }

    @Test("any marker, also one that is no key, shows what is behind it", arguments: 0..<20)
    func markers(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let letters = Array("ab/".utf8)
        func text(_ count: ClosedRange<Int>) -> [UInt8] {
            (0..<Int.random(in: count, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? 0 }
        }
        let keys = Set((0..<50).map { _ in text(1...4) }).sorted { $0.lexicographicallyPrecedes($1) }
        for _ in 0..<100 {
            let (marker, prefix) = (text(0...5), text(0...2))
            for delimiter in [nil, Array("/".utf8)] {
                let expected = naive(keys, prefix: prefix, delimiter: delimiter).filter { marker.lexicographicallyPrecedes($0.bytes) }
                var touched = 0
                let walk = try page(keys, ListingScope(prefix: prefix, delimiter: delimiter), after: marker, touched: &touched)
                try #require(shown(walk) == expected, "marker \(marker) prefix \(prefix)")
                #expect(!walk.isTruncated)
            }
        }
    }

    @Test("a page of nothing is whole, and no page has more than a thousand")
    func sizes() throws {
        let keys = (0..<1500).map { Array(String(10_000 + $0).utf8) }
        var touched = 0
        let none = try page(keys, ListingScope(maxKeys: 0), after: nil, touched: &touched)
        #expect(none.items.isEmpty && !none.isTruncated)
        for limit in [nil, 1000, 5000, Int.max] {
            let walk = try page(keys, ListingScope(maxKeys: limit), after: nil, touched: &touched)
            #expect(walk.items.count == 1000 && walk.isTruncated)
        }
        #expect(throws: ObjectStoreError(.invalidArgument)) { try ListingWalk<Int>(ListingScope(maxKeys: -1)) }
        #expect(throws: ObjectStoreError(.invalidArgument)) {
            try ListingWalk<Int>(ListingScope(prefix: [UInt8](repeating: 65, count: 1025)))
        }
    }

    @Test("a page that ends in the middle of a key's versions begins there again")
    func versions() throws {
        let keys = ["a", "b", "b", "b", "c"].map { Array($0.utf8) }
        var walk = try ListingWalk<Int>(ListingScope(maxKeys: 3))
        for (index, key) in keys.enumerated() where walk.offer(key, index) == .end { break }
        #expect(walk.items == [0, 1, 2] && walk.isTruncated && walk.last == Array("b".utf8))
        let next = try ListingWalk<Int>(ListingScope(), after: walk.last, includingMarker: true)
        #expect(next.lowerBound == Array("b".utf8))
        #expect(try ListingWalk<Int>(ListingScope(), after: walk.last).lowerBound == Array("b\0".utf8))
    }
}
