import OpenSSL

/// Base32 (RFC 4648 §6) of secrets, without padding, as authenticator apps take it. The digits are computed, not looked up.
enum SecretBase32 {
    static func encode(_ secret: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        try secret.withBytes { bytes throws(OpenSSLError) in
            try unsafe SecretBytes(count: (bytes.byteCount * 8 + 4) / 5) { output throws(OpenSSLError) in
                for index in 0..<output.count { unsafe output[index] = letter(group(index, of: bytes)) }
            }
        }
    }

    /// The five bits at position `index`, padded with zeros at the end.
    static func group(_ index: Int, of bytes: RawSpan) -> UInt8 {
        let bit = index * 5
        let high = UInt16(bytes[bit / 8]) << 8
        let low = bit / 8 + 1 < bytes.byteCount ? UInt16(bytes[bit / 8 + 1]) : 0
        return UInt8(truncatingIfNeeded: (high | low) >> UInt16(11 - bit % 8)) & 31
    }

    /// 0…25 A…Z, 26…31 2…7.
    private static func letter(_ value: UInt8) -> UInt8 {
        let number = Int16(value)
        return UInt8(truncatingIfNeeded: number + 65 - (((25 - number) >> 8) & 41))
    }
}
