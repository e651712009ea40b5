/// Base64 (RFC 4648 section 4) of secrets, from locked memory into locked memory.
///
/// `AgeFormat.Base64` works on arrays and strings, which nothing secret may touch. The digits are computed, not looked
/// up, so that the memory accessed does not depend on the secret.
public enum SecretBase64 {
    /// The padded text.
    public static func encode(_ secret: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        try secret.withBytes { bytes throws(OpenSSLError) in
            try unsafe SecretBytes(count: (bytes.byteCount + 2) / 3 * 4) { output throws(OpenSSLError) in
                let count = unsafe encode(bytes, into: output)
                for index in count..<output.count { unsafe output[index] = UInt8(ascii: "=") }
            }
        }
    }

    /// Writes the digits without padding, and returns their number. `output` has room for them.
    package static func encode(_ bytes: RawSpan, into output: UnsafeMutableRawBufferPointer) -> Int {
        var count = 0
        for start in stride(from: 0, to: bytes.byteCount, by: 3) {
            let available = min(3, bytes.byteCount - start)
            var group: UInt32 = 0
            for offset in 0..<3 {
                group = group << 8 | (offset < available ? UInt32(bytes[start + offset]) : 0)
            }
            for offset in 0...available {
                unsafe output[count] = digit(UInt8(truncatingIfNeeded: group >> UInt32(18 - 6 * offset)) & 63)
                count += 1
            }
        }
        return count
    }

    /// nil unless the text is canonical padded base64; line breaks between digits are skipped (PEM, RFC 7468).
    public static func decode(_ text: borrowing SecretBytes, in range: Range<Int>) throws(OpenSSLError) -> SecretBytes? {
        var count = 0
        var isCanonical = true
        let scratch = try text.withBytes { bytes throws(OpenSSLError) in
            try unsafe SecretBytes(count: max(1, range.count / 4 * 3 + 3)) { output throws(OpenSSLError) in
                var group: UInt32 = 0
                var digits = 0
                var padding = 0
                for index in range {
                    let character = bytes[index]
                    if character == 10 || character == 13 { continue }
                    if character == UInt8(ascii: "=") {
                        padding += 1
                        continue
                    }
                    let digit = value(of: character)
                    isCanonical = isCanonical && digit < 64 && padding == 0
                    group = group << 6 | UInt32(digit & 63)
                    digits += 1
                    if digits % 4 == 0 {
                        for shift in [16, 8, 0] as [UInt32] {
                            unsafe output[count] = UInt8(truncatingIfNeeded: group >> shift)
                            count += 1
                        }
                        group = 0
                    }
                }
                switch digits % 4 {
                case 0: isCanonical = isCanonical && padding == 0
                case 2:
                    isCanonical = isCanonical && padding == 2 && group & 15 == 0
                    unsafe output[count] = UInt8(truncatingIfNeeded: group >> 4)
                    count += 1
                case 3:
                    isCanonical = isCanonical && padding == 1 && group & 3 == 0
                    unsafe output[count] = UInt8(truncatingIfNeeded: group >> 10)
                    unsafe output[count + 1] = UInt8(truncatingIfNeeded: group >> 2)
                    count += 2
                default: isCanonical = false
                }
            }
        }
        return isCanonical && count > 0 ? try scratch.copy(0..<count) : nil
    }

    /// 0…25 A…Z, 26…51 a…z, 52…61 0…9, 62 +, 63 /, by adding the distance between the ranges that were passed.
    private static func digit(_ value: UInt8) -> UInt8 {
        let number = Int16(value)
        var character = number + 65
        character += ((25 - number) >> 8) & 6
        character -= ((51 - number) >> 8) & 75
        character -= ((61 - number) >> 8) & 15
        character += ((62 - number) >> 8) & 3
        return UInt8(truncatingIfNeeded: character)
    }

    /// The six bits that a character stands for; 255 for a character that is no digit.
    package static func value(of character: UInt8) -> UInt8 {
        let number = Int16(character)
        /// All ones when `low <= number <= high`.
        func mask(_ low: Int16, _ high: Int16) -> Int16 { ~(((number - low) | (high - number)) >> 15) }
        var value: Int16 = 255
        value += mask(65, 90) & (number - 65 - 255)
        value += mask(97, 122) & (number - 71 - 255)
        value += mask(48, 57) & (number + 4 - 255)
        value += mask(43, 43) & (62 - 255)
        value += mask(47, 47) & (63 - 255)
        return UInt8(truncatingIfNeeded: value)
    }
}

extension RawSpan {
    /// The byte at an offset, which must be in bounds (it is checked). Sound: every bit pattern is a UInt8.
    fileprivate subscript(offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}
