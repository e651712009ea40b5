import OpenSSL
import Testing

@Suite("Random")
struct RandomTests {
    @Test("as many bytes come as were asked for", arguments: [0, 1, 12, 65536, Random.maximumByteCount])
    func count(count: Int) throws {
        #expect(try Random.bytes(count).count == count)
    }

    @Test("two draws differ, and no byte position is constant")
    func differ() throws {
        let draws = try (0..<64).map { _ in try Random.bytes(32) }
        #expect(Set(draws).count == draws.count)
        for position in 0..<32 { #expect(Set(draws.map { $0[position] }).count > 1) }
    }

    @Test("a length outside the bounds is refused", arguments: [-1, Random.maximumByteCount + 1, Int.max])
    func bounds(count: Int) throws {
        #expect(try failure { _ = try Random.bytes(count) } == .invalidInput)
    }
}
