import TestSupport
import Testing

@testable import AgeFormat

@Suite("ArmorEncoder")
struct ArmorEncoderTests {
    @Test("every size up to four lines gives the text that the rules give, and its foreseen length")
    func sizes() {
        var generator = SeededGenerator(seed: 1)
        for count in 0...4 * Armor.bytesPerLine + 1 {
            let bytes = generator.bytes(count)
            let text = ArmorText.encode(bytes)
            #expect(text == ArmorText.reference(bytes), "\(count) bytes")
            #expect(ArmorEncoder.textByteCount(binary: UInt64(count)) == UInt64(text.utf8.count))
        }
    }

    @Test("every value of six bits stands for its own character, at every place of a line")
    func alphabet() {
        for shift in 0..<3 {
            let bytes = (0..<64 * 3).map { UInt8(truncatingIfNeeded: ($0 + shift) &* 5) } + (0...255).map { UInt8($0) }
            #expect(ArmorText.encode(bytes) == ArmorText.reference(bytes))
        }
    }

    @Test("the text is the same however the bytes are cut, and however little room there is", arguments: 0..<40 as Range<UInt64>)
    func pieces(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = generator.bytes(Int.random(in: 0...2000, using: &generator))
        let most = [1, 3, 47, 48, 49, 97, 500].randomElement(using: &generator) ?? 1
        var rooms = generator
        let text = ArmorText.encode(
            bytes, pieceCount: { Int.random(in: 1...most, using: &generator) }, roomCount: { Int.random(in: 0...400, using: &rooms) })
        #expect(text == ArmorText.reference(bytes))
    }

    @Test("a length that 64 bits cannot count is not foreseen")
    func length() {
        #expect(ArmorEncoder.textByteCount(binary: .max) == nil)
        #expect(ArmorEncoder.textByteCount(binary: .max / 65 * 48 + 100) == nil)
        #expect(ArmorEncoder.textByteCount(binary: 48) == UInt64(35 + 65 + 33))
    }
}
