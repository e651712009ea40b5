import KeyStore
import OpenSSL

/// Ten codes for the day on which every device is lost: random, each good for one use, shown once.
///
/// A code has 80 random bits in Crockford's base32 (https://www.crockford.com/base32.html), in groups: `7K3M-Q0ZD-9VXA-41TB`. What is
/// stored is its HMAC under a key of the store. A slow hash would add nothing: nobody tries 2^80 codes, and without the store's key
/// nobody can try one.
struct RecoveryCodes: ~Copyable {
    static let count = 10
    static let randomByteCount = 10
    static let digestByteCount = 32
    /// Symbols of one code, without what stands between its groups.
    static let symbolCount = 16
    static let groupLength = 4
    /// With the hyphens between the groups and the line end.
    static let lineByteCount = symbolCount + symbolCount / groupLength

    let records: [RecoveryCodeRecord]
    /// One code in a line.
    let text: SecretBytes

    static func generate(_ key: AccessKey, at time: Timestamp) throws(AccessError) -> RecoveryCodes {
        do {
            let random = try SecretBytes(random: count * randomByteCount)
            var records: [RecoveryCodeRecord] = []
            for number in 0..<count {
                let symbols = try SecretBase32.crockford(random.copy(number * randomByteCount..<(number + 1) * randomByteCount))
                records.append(
                    RecoveryCodeRecord(number: Int64(number + 1), digest: try key.digest(ofRecoveryCode: symbols), creationDate: time))
            }
            return RecoveryCodes(records: records, text: try lines(of: random))
        } catch { throw AccessError(error) }
    }

    private init(records: [RecoveryCodeRecord], text: consuming SecretBytes) {
        self.records = records
        self.text = text
    }

    /// As the codes are 80 bits each, their symbols together are those of all bytes.
    private static func lines(of random: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        let symbols = try SecretBase32.crockford(random)
        return try unsafe SecretBytes(count: count * lineByteCount) { output throws(OpenSSLError) in
            symbols.withBytes { symbols in
                for index in 0..<symbols.byteCount {
                    let groups = index / groupLength
                    unsafe output[index + groups] = symbols[index]
                    guard index % groupLength == groupLength - 1 else { continue }
                    let endsLine = index % symbolCount == symbolCount - 1
                    unsafe output[index + groups + 1] = endsLine ? UInt8(ascii: "\n") : UInt8(ascii: "-")
                }
            }
        }
    }
}

extension SecretBase32 {
    /// Crockford's digits, without a check symbol: 0…9, then letters without I, L, O, U.
    static func crockford(_ secret: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        try secret.withBytes { bytes throws(OpenSSLError) in
            try unsafe SecretBytes(count: bytes.byteCount * 8 / 5) { output throws(OpenSSLError) in
                for index in 0..<output.count { unsafe output[index] = crockfordSymbol(group(index, of: bytes)) }
            }
        }
    }

    private static func crockfordSymbol(_ value: UInt8) -> UInt8 {
        let number = Int16(value)
        /// 1 when the number is beyond `last`.
        func passed(_ last: Int16) -> Int16 { ((last - number) >> 8) & 1 }
        return UInt8(truncatingIfNeeded: number + 48 + 7 * passed(9) + passed(17) + passed(19) + passed(21) + passed(26))
    }
}
