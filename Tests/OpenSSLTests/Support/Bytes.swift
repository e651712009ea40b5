import OpenSSL

extension [UInt8] {
    /// The bytes that an even number of hexadecimal digits stands for; anything else is a mistake in the test.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        precondition(digits.count == hex.count && digits.count.isMultiple(of: 2), "not hexadecimal: \(hex)")
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    var hex: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// A secret with known bytes.
func secret(_ bytes: [UInt8]) throws -> SecretBytes {
    try SecretBytes(copying: bytes.span.bytes)
}

/// What is in a secret: tests may look.
func revealed(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.withUnsafeBytes { [UInt8]($0) }
}

/// The class of the error that `body` ends with; nil if it ends without.
func failure(_ body: () throws -> Void) throws -> OpenSSLError.Code? {
    do {
        try body()
        return nil
    } catch let error as OpenSSLError {
        return error.code
    }
}
