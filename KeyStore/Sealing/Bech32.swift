public import OpenSSL

/// Bech32 (BIP 173) as age uses it: checksum constant 1, no limit of 90 characters, one case throughout.
public enum Bech32 {
    /// Characters of the longest text that is read. The longest known is a KMS key with an encryption context, as age's plugins name it.
    public static let maximumCharacterCount = 16 * 1024
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumLength = 6

    // MARK: Public values

    /// A public text and what it says: the prefix tells what kind of thing the bytes are.
    public struct Decoded: Sendable, Equatable {
        /// The prefix in front of the last `1`, in lower case: one or more visible ASCII characters.
        public let hrp: String
        public let bytes: [UInt8]
    }

    /// Decodes a text whose prefix is not known beforehand, such as a plugin's recipient `age1NAME1…`.
    ///
    /// nil unless the text is all of one case, at most ``maximumCharacterCount`` characters long, and its characters, checksum and padding
    /// are right. For public text only: it takes a `String`, and the time depends on the content.
    public static func decode(_ text: String) -> Decoded? {
        let characters = Array(text.utf8)
        guard characters.count <= maximumCharacterCount, let hrp = hrp(count: characters.count, character: { characters[$0] }),
            let bytes = decodePublic(text, hrp: hrp)
        else { return nil }
        return Decoded(hrp: String(decoding: hrp, as: UTF8.self), bytes: bytes)
    }

    /// The prefix of a text that may hold a secret, in lower case; nil where ``decode(_:)`` would be. The rest stays where it is.
    public static func hrp(ofSecret text: borrowing SecretBytes) -> String? {
        unsafe text.withUnsafeBytes { text in
            guard text.count <= maximumCharacterCount, let hrp = hrp(count: text.count, character: { unsafe text[$0] }),
                let layout = layout(count: text.count, hrp: hrp, character: { unsafe text[$0] }),
                decodeGroups(layout, character: { unsafe text[$0] }, { _, _ in })
            else { return nil }
            return String(decoding: hrp, as: UTF8.self)
        }
    }

    /// What stands in front of the last `1` (BIP 173: the data has no such character), if it is a prefix at all.
    private static func hrp(count: Int, character: (Int) -> UInt8) -> [UInt8]? {
        guard let separator = (0..<count).last(where: { character($0) == UInt8(ascii: "1") }), separator > 0 else { return nil }
        let hrp = (0..<separator).map { lowerCase(character($0)) }
        return hrp.allSatisfy { (0x21...0x7E).contains($0) } ? hrp : nil
    }

    package static func encodePublic(_ bytes: [UInt8], hrp: [UInt8]) -> String {
        var groups: [UInt8] = []
        forEachGroup(of: bytes.count, byte: { bytes[$0] }) { groups.append($0) }
        let text = hrp + [UInt8(ascii: "1")] + (groups + checksum(hrp, groups.count) { groups[$0] }).map { alphabet[Int($0)] }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for a wrong prefix, character, case, checksum or padding, and for a text of more than `bound` characters.
    package static func decodePublic(_ text: String, hrp: [UInt8], atMost bound: Int = maximumCharacterCount) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count <= bound, let layout = layout(count: characters.count, hrp: hrp, character: { characters[$0] }) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: layout.byteCount)
        let isCanonical = decodeGroups(layout, character: { characters[$0] }) { bytes[$0] = $1 }
        return isCanonical ? bytes : nil
    }

    // MARK: Secrets, which stay in locked memory

    /// Upper-case text.
    static func encodeSecret(_ secret: borrowing SecretBytes, hrp: [UInt8]) throws(KeyStoreError) -> SecretBytes {
        let groupCount = (secret.count * 8 + 4) / 5
        do {
            let groups = try unsafe SecretBytes(count: groupCount) { buffer throws(OpenSSLError) in
                unsafe secret.withUnsafeBytes { source in
                    var index = 0
                    forEachGroup(of: source.count, byte: { unsafe source[$0] }) {
                        unsafe buffer[index] = $0
                        index += 1
                    }
                }
            }
            return try unsafe SecretBytes(count: hrp.count + 1 + groupCount + checksumLength) { text throws(OpenSSLError) in
                unsafe groups.withUnsafeBytes { groups in
                    let prefix = hrp.map(upperCase) + [UInt8(ascii: "1")]
                    unsafe text.copyBytes(from: prefix)
                    let sum = checksum(hrp, groupCount) { unsafe groups[$0] }
                    for index in 0..<groupCount { unsafe text[prefix.count + index] = upperCase(alphabet[Int(groups[index])]) }
                    for (index, group) in sum.enumerated() {
                        unsafe text[prefix.count + groupCount + index] = upperCase(alphabet[Int(group)])
                    }
                }
            }
        } catch { throw KeyStoreError(error) }
    }

    static func decodeSecret(_ text: borrowing SecretBytes, hrp: [UInt8]) throws(KeyStoreError) -> SecretBytes {
        let malformed = KeyStoreError(.validation, "malformed identity: not an AGE-SECRET-KEY-1… line, or a character of it is wrong")
        let found: Layout? = unsafe text.withUnsafeBytes { text in
            layout(count: text.count, hrp: hrp, character: { unsafe text[$0] })
        }
        guard let layout = found else { throw malformed }
        var isCanonical = false
        let secret: SecretBytes
        do {
            secret = try unsafe SecretBytes(count: layout.byteCount) { buffer throws(OpenSSLError) in
                unsafe text.withUnsafeBytes { text in
                    isCanonical = decodeGroups(layout, character: { unsafe text[$0] }) { unsafe buffer[$0] = $1 }
                }
            }
        } catch { throw KeyStoreError(error) }
        guard isCanonical else { throw malformed }
        return secret
    }

    // MARK: The code

    private struct Layout {
        let groupsStart: Int
        let groupCount: Int
        var byteCount: Int { groupCount * 5 / 8 }
    }

    /// Checks prefix, case, characters and checksum.
    private static func layout(count: Int, hrp: [UInt8], character: (Int) -> UInt8) -> Layout? {
        let groupsStart = hrp.count + 1
        guard count >= groupsStart + checksumLength else { return nil }
        var hasUpper = false
        var hasLower = false
        for index in 0..<count {
            let value = character(index)
            hasUpper = hasUpper || (0x41...0x5A).contains(value)
            hasLower = hasLower || (0x61...0x7A).contains(value)
        }
        guard !(hasUpper && hasLower), hrp.indices.allSatisfy({ lowerCase(character($0)) == hrp[$0] }),
            character(hrp.count) == UInt8(ascii: "1")
        else { return nil }
        var state = initialState(hrp)
        for index in groupsStart..<count {
            guard let group = value(of: character(index)) else { return nil }
            state = step(state, group)
        }
        return state == 1 ? Layout(groupsStart: groupsStart, groupCount: count - groupsStart - checksumLength) : nil
    }

    /// False when the bits left over are not a short, zero padding.
    private static func decodeGroups(_ layout: Layout, character: (Int) -> UInt8, _ store: (Int, UInt8) -> Void) -> Bool {
        var accumulator: UInt32 = 0
        var bitCount = 0
        var index = 0
        for group in 0..<layout.groupCount {
            accumulator = (accumulator << 5 | UInt32(value(of: character(layout.groupsStart + group)) ?? 0)) & 0xFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                store(index, UInt8(truncatingIfNeeded: accumulator >> UInt32(bitCount)))
                index += 1
            }
        }
        return bitCount < 5 && accumulator & ((1 << UInt32(bitCount)) - 1) == 0
    }

    private static func forEachGroup(of byteCount: Int, byte: (Int) -> UInt8, _ body: (UInt8) -> Void) {
        var accumulator: UInt32 = 0
        var bitCount = 0
        for index in 0..<byteCount {
            accumulator = (accumulator << 8 | UInt32(byte(index))) & 0xFFFF
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                body(UInt8(truncatingIfNeeded: accumulator >> UInt32(bitCount)) & 31)
            }
        }
        if bitCount > 0 { body(UInt8(truncatingIfNeeded: accumulator << UInt32(5 - bitCount)) & 31) }
    }

    private static func checksum(_ hrp: [UInt8], _ count: Int, group: (Int) -> UInt8) -> [UInt8] {
        var state = initialState(hrp)
        for index in 0..<count { state = step(state, group(index)) }
        for _ in 0..<checksumLength { state = step(state, 0) }
        state ^= 1
        return (0..<checksumLength).map { UInt8(truncatingIfNeeded: state >> UInt32(5 * (5 - $0))) & 31 }
    }

    private static func initialState(_ hrp: [UInt8]) -> UInt32 {
        var state: UInt32 = 1
        for character in hrp { state = step(state, character >> 5) }
        state = step(state, 0)
        for character in hrp { state = step(state, character & 31) }
        return state
    }

    /// One step of the BCH code (BIP 173, `bech32_polymod`).
    private static func step(_ state: UInt32, _ group: UInt8) -> UInt32 {
        let top = state >> 25
        var next = (state & 0x1FF_FFFF) << 5 ^ UInt32(group)
        let generators: [5 of UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { next ^= generators[bit] }
        return next
    }

    private static func value(of character: UInt8) -> UInt8? {
        alphabet.firstIndex(of: lowerCase(character)).map { UInt8($0) }
    }

    private static func lowerCase(_ character: UInt8) -> UInt8 { (0x41...0x5A).contains(character) ? character + 32 : character }
    private static func upperCase(_ character: UInt8) -> UInt8 { (0x61...0x7A).contains(character) ? character - 32 : character }
}
