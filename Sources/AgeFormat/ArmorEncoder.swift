/// Writes the text form of an age file, from binary that comes in pieces of any size. Lines end with LF.
public struct ArmorEncoder: Sendable {
    /// Bytes of room that ``encode(_:into:)`` needs to get on: those of the first line and a full one.
    public static let minimumOutputByteCount = Armor.beginLine.count + 1 + lineByteCount
    /// Bytes of room that ``finish(into:)`` needs: those of the first line, a line that is not full, and the last line.
    public static let finishByteCount = Armor.beginLine.count + 1 + lineByteCount + Armor.endLine.count + 1
    private static let lineByteCount = Armor.columnCount + 1

    private var hasBegun = false
    /// What does not fill a line yet.
    private var pending: [UInt8] = []

    public init() {
        pending.reserveCapacity(Armor.bytesPerLine)
    }

    /// Bytes of the text for this much binary, or nil when they are more than 64 bits can count.
    public static func textByteCount(binary: UInt64) -> UInt64? {
        let (full, rest) = binary.quotientAndRemainder(dividingBy: UInt64(Armor.bytesPerLine))
        let (fullByteCount, overflow) = full.multipliedReportingOverflow(by: UInt64(lineByteCount))
        let restByteCount = rest == 0 ? 0 : (rest + 2) / 3 * 4 + 1
        let markers = UInt64(Armor.beginLine.count + 1 + Armor.endLine.count + 1)
        let (sum, sumOverflow) = fullByteCount.addingReportingOverflow(restByteCount + markers)
        return overflow || sumOverflow ? nil : sum
    }

    /// Encodes the next piece of binary; stops at its end, or where `output` has no room for a further line.
    ///
    /// - Parameters:
    ///   - bytes: what follows the bytes consumed so far.
    ///   - output: room for at least ``minimumOutputByteCount`` bytes; does not overlap `bytes`.
    public mutating func encode(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, produced: Int) {
        precondition(output.count >= Self.minimumOutputByteCount, "no room for a line of armor")
        var produced = unsafe begin(output)
        var consumed = 0
        if !pending.isEmpty {
            consumed = min(Armor.bytesPerLine - pending.count, bytes.count)
            unsafe pending.append(contentsOf: bytes[..<consumed])
            guard pending.count == Armor.bytesPerLine else { return (consumed, produced) }
            unsafe pending.withUnsafeBytes { line in
                _ = unsafe encodeFullLines(line, into: UnsafeMutableRawBufferPointer(rebasing: output[produced...]))
            }
            produced += Self.lineByteCount
            pending.removeAll(keepingCapacity: true)
        }
        let lineCount = unsafe encodeFullLines(
            UnsafeRawBufferPointer(rebasing: bytes[consumed...]), into: UnsafeMutableRawBufferPointer(rebasing: output[produced...]))
        consumed += lineCount * Armor.bytesPerLine
        produced += lineCount * Self.lineByteCount
        if bytes.count - consumed < Armor.bytesPerLine {
            unsafe pending.append(contentsOf: bytes[consumed...])
            consumed = bytes.count
        }
        return (consumed, produced)
    }

    /// Writes what is left, and the last line. Nothing may follow.
    /// - Parameter output: room for at least ``finishByteCount`` bytes.
    /// - Returns: the number of bytes written.
    public mutating func finish(into output: UnsafeMutableRawBufferPointer) -> Int {
        precondition(output.count >= Self.finishByteCount, "no room for the end of an armor")
        var produced = unsafe begin(output)
        var end: [UInt8] = []
        if !pending.isEmpty {
            Base64.append(pending[...], to: &end, padding: .required)
            end.append(ASCII.lineFeed)
        }
        end += Armor.endLine
        end.append(ASCII.lineFeed)
        unsafe UnsafeMutableRawBufferPointer(rebasing: output[produced...]).copyBytes(from: end)
        produced += end.count
        pending = []
        return produced
    }

    /// The first line, if it is not written yet.
    private mutating func begin(_ output: UnsafeMutableRawBufferPointer) -> Int {
        guard !hasBegun else { return 0 }
        hasBegun = true
        unsafe output.copyBytes(from: Armor.beginLine)
        unsafe output[Armor.beginLine.count] = ASCII.lineFeed
        return Armor.beginLine.count + 1
    }

    /// Encodes as many full lines as there are, and are room for; returns their number.
    private func encodeFullLines(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        let lineCount = min(bytes.count / Armor.bytesPerLine, output.count / Self.lineByteCount)
        unsafe Base64.alphabet.withUnsafeBufferPointer { alphabet in
            for line in 0..<lineCount {
                let end = (line + 1) * Self.lineByteCount - 1
                unsafe encodeFullLine(bytes, line * Armor.bytesPerLine, into: output, end - Armor.columnCount, alphabet)
                unsafe output[end] = ASCII.lineFeed
            }
        }
        return lineCount
    }

    /// 48 bytes to 64 characters.
    ///
    /// Sound: the caller has seen to both, and `alphabet` has an entry for each value of 6 bits. Of the last group the 8 bytes that
    /// are loaded begin 2 earlier, so that none is read behind the line.
    @inline(__always)
    private func encodeFullLine(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, into output: UnsafeMutableRawBufferPointer, _ outputStart: Int,
        _ alphabet: UnsafeBufferPointer<UInt8>
    ) {
        for group in 0..<8 {
            let loadStart = start + 6 * group - (group == 7 ? 2 : 0)
            let loaded = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: loadStart, as: UInt64.self))
            // The group's 48 bits, uppermost.
            let bits = group == 7 ? loaded &<< 16 : loaded
            var characters: UInt64 = 0
            for index in 0..<8 {
                let value = Int(truncatingIfNeeded: bits &>> UInt64(58 &- 6 &* index)) & 63
                characters |= unsafe UInt64(alphabet[value]) &<< UInt64(8 &* index)
            }
            unsafe output.storeBytes(of: characters.littleEndian, toByteOffset: outputStart + 8 * group, as: UInt64.self)
        }
    }
}
