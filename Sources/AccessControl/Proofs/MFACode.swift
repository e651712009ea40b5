public import OpenSSL

/// What somebody gave as a second factor: `SERIAL CODE` (S3's `x-amz-mfa`), `CODE` alone where there is one device, or a recovery code.
///
/// Anything else is a code, too: one that nothing accepts, so that the answer is the same.
public struct MFACode: ~Copyable, Sendable {
    /// Longer ones are not looked at.
    public static let maximumByteCount = 1024

    enum Claim: Sendable, Equatable {
        /// Digits of a device; nil when none is named.
        case device(String?)
        case recovery
        case malformed
    }

    let claim: Claim
    /// ASCII digits, or the symbols of a recovery code in canonical form.
    let digits: SecretBytes

    /// - Throws: `unavailable` when there is no locked memory.
    public init(_ text: borrowing SecretBytes) throws(AccessError) {
        do {
            self = try Self.parse(text)
        } catch { throw AccessError(error) }
    }

    private init(_ claim: Claim, _ digits: consuming SecretBytes) {
        self.claim = claim
        self.digits = digits
    }

    private static func parse(_ text: borrowing SecretBytes) throws(OpenSSLError) -> MFACode {
        guard text.count <= maximumByteCount else { return MFACode(.malformed, try SecretBytes(random: 0)) }
        let range = trimmed(text)
        let digits = trailingDigits(of: text, in: range)
        if TOTPParameters.digitRange.contains(digits.count), let claim = device(before: digits, of: text, in: range) {
            return MFACode(claim, try text.copy(digits))
        }
        var symbols = try SecretBuffer(capacity: maximumByteCount)
        text.withBytes { text in
            unsafe symbols.fill { output in
                var count = 0
                for index in range where ![UInt8(ascii: "-"), UInt8(ascii: " ")].contains(text[index]) {
                    unsafe output[count] = canonical(text[index])
                    count += 1
                }
                return count
            }
        }
        let code = try symbols.withBytes { symbols throws(OpenSSLError) in try SecretBytes(copying: symbols) }
        return MFACode(code.count == RecoveryCodes.symbolCount ? .recovery : .malformed, code)
    }

    private static func trimmed(_ text: borrowing SecretBytes) -> Range<Int> {
        text.withBytes { text in
            var range = 0..<text.byteCount
            while let last = range.last, isSpace(text[last]) { range = range.lowerBound..<last }
            while let first = range.first, isSpace(text[first]) { range = (first + 1)..<range.upperBound }
            return range
        }
    }

    private static func trailingDigits(of text: borrowing SecretBytes, in range: Range<Int>) -> Range<Int> {
        text.withBytes { text in
            var start = range.upperBound
            while start > range.lowerBound, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[start - 1]) { start -= 1 }
            return start..<range.upperBound
        }
    }

    /// Who is named before the digits; nil when what stands there is no name with a space behind it.
    private static func device(before digits: Range<Int>, of text: borrowing SecretBytes, in range: Range<Int>) -> Claim? {
        guard digits.lowerBound > range.lowerBound else { return .device(nil) }
        let name = text.withBytes { text -> [UInt8]? in
            let name = (range.lowerBound..<digits.lowerBound - 1).map { text[$0] }
            let isNamed = text[digits.lowerBound - 1] == UInt8(ascii: " ") && name.allSatisfy { (0x21...0x7E).contains($0) }
            return isNamed && (1...DeviceRecord.maximumSerialByteCount).contains(name.count) ? name : nil
        }
        return name.map { .device(String(decoding: $0, as: UTF8.self)) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x09, 0x0A, 0x0D, 0x20].contains(byte) }

    /// Crockford's reading of what people write: capitals, O as 0, I and L as 1.
    private static func canonical(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "o"), UInt8(ascii: "O"): UInt8(ascii: "0")
        case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"): UInt8(ascii: "1")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
        default: byte
        }
    }
}
