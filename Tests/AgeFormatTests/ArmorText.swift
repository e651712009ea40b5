@testable import AgeFormat

/// Armor of whole values, for tests.
enum ArmorText {
    static let begin = "-----BEGIN AGE ENCRYPTED FILE-----"
    static let end = "-----END AGE ENCRYPTED FILE-----"

    /// The text form by the plain rules, from the slow Base64: what the encoder must give.
    static func reference(_ bytes: [UInt8], lineEnd: String = "\n") -> String {
        var lines = [begin]
        for start in stride(from: 0, to: bytes.count, by: Armor.bytesPerLine) {
            lines.append(Base64.encode(Array(bytes[start..<min(start + Armor.bytesPerLine, bytes.count)]), padding: .required))
        }
        return (lines + [end]).map { $0 + lineEnd }.joined()
    }

    /// Encodes, giving the encoder `pieceCount()` bytes and room for `roomCount()` bytes each time.
    static func encode(_ bytes: [UInt8], pieceCount: () -> Int = { 1 << 20 }, roomCount: () -> Int = { 1 << 10 }) -> String {
        var encoder = ArmorEncoder()
        var text: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let piece = Array(bytes[position..<min(bytes.count, position + max(1, pieceCount()))])
            var room = [UInt8](repeating: 0, count: max(ArmorEncoder.minimumOutputByteCount, roomCount()))
            let (consumed, produced) = room.withUnsafeMutableBytes { room in
                piece.withUnsafeBytes { encoder.encode($0, into: room) }
            }
            position += consumed
            text += room[..<produced]
        }
        var room = [UInt8](repeating: 0, count: ArmorEncoder.finishByteCount)
        let count = room.withUnsafeMutableBytes { encoder.finish(into: $0) }
        return String(decoding: text + room[..<count], as: UTF8.self)
    }

    /// Decodes, giving the decoder `pieceCount()` characters and room for `roomCount()` bytes each time.
    static func decode(
        _ text: [UInt8], pieceCount: () -> Int = { 1 << 20 }, roomCount: () -> Int = { 1 << 10 }
    ) throws(AgeFormatError) -> [UInt8] {
        var decoder = ArmorDecoder()
        var bytes: [UInt8] = []
        var position = 0
        while position < text.count {
            let piece = Array(text[position..<min(text.count, position + max(1, pieceCount()))])
            var room = [UInt8](repeating: 0, count: max(ArmorDecoder.minimumOutputByteCount, roomCount()))
            let (consumed, produced) = try step(&decoder, piece, &room)
            precondition(consumed > 0, "the decoder does not get on")
            position += consumed
            bytes += room[..<produced]
        }
        try decoder.finish()
        return bytes
    }

    private static func step(
        _ decoder: inout ArmorDecoder, _ piece: [UInt8], _ room: inout [UInt8]
    ) throws(AgeFormatError) -> (consumed: Int, produced: Int) {
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: room.count, alignment: 8)
        defer { output.deallocate() }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: piece.count, alignment: 8)
        defer { input.deallocate() }
        input.copyBytes(from: piece)
        let result = try decoder.decode(UnsafeRawBufferPointer(input), into: output)
        room = Array(output)
        return result
    }
}
