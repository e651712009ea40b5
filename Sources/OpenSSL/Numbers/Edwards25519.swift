import COpenSSL

/// The way from Ed25519's curve to X25519's (RFC 7748 §4.1): both are forms of one curve.
///
/// For public keys: the time depends on the point.
struct Edwards25519: ~Copyable {
    private let operation: Operation
    private let context: Owned
    private let one: BigNumber
    /// 2²⁵⁵ − 19.
    private let p: BigNumber

    init() throws(OpenSSLError) {
        let operation = Operation("convert Ed25519 public key")
        let context = try unsafe Owned(operation.check(BN_CTX_new()), release: BN_CTX_free)
        let one = try BigNumber(operation, bigEndian: [1])
        let p = try BigNumber(operation, bigEndian: [0x7F] + [UInt8](repeating: 0xFF, count: 30) + [0xED])
        self.operation = operation
        self.context = context
        self.one = one
        self.p = p
    }

    /// The u coordinate on Montgomery's form of a point of Edwards' form: u = (1 + y) / (1 − y) mod p.
    ///
    /// - Parameter point: 32 bytes, y with the sign of x in the highest bit (RFC 8032 §5.1.2).
    /// - Throws: `invalidKey` when y is not less than p, belongs to no point of the curve, or to the neutral one.
    func montgomeryU(_ point: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try operation.require(point.count == 32, "the key has \(point.count) bytes, not 32", code: .invalidKey)
        var bytes = Array(point.reversed())
        bytes[0] &= 0x7F
        let y = try BigNumber(operation, bigEndian: bytes)
        try unsafe operation.require(BN_cmp(y.pointer, p.pointer) < 0, "not a canonical point", code: .invalidKey)
        try operation.require(isOnCurve(y), "not a point of the curve", code: .invalidKey)
        let denominator = try subtract(one, y)
        try operation.require(!denominator.isZero, "the neutral point", code: .invalidKey)
        let inverse = try BigNumber(operation)
        _ = try unsafe operation.check(BN_mod_inverse(inverse.pointer, denominator.pointer, p.pointer, context.pointer))
        return try multiply(add(one, y), inverse).littleEndian(count: 32, operation)
    }

    /// Whether x² = (y² − 1) / (d·y² + 1) has a solution (RFC 8032 §5.1.3). A quotient is a square when the product is, and squares are
    /// what the power (p − 1)/2 makes 0 or 1 of (Euler).
    private func isOnCurve(_ y: borrowing BigNumber) throws(OpenSSLError) -> Bool {
        // d = −121665/121666 mod p (RFC 8032 §5.1).
        let d = try BigNumber(
            operation,
            bigEndian: [
                0x52, 0x03, 0x6C, 0xEE, 0x2B, 0x6F, 0xFE, 0x73, 0x8C, 0xC7, 0x40, 0x79, 0x77, 0x79, 0xE8, 0x98, 0x00, 0x70, 0x0A, 0x4D,
                0x41, 0x41, 0xD8, 0xAB, 0x75, 0xEB, 0x4D, 0xCA, 0x13, 0x59, 0x78, 0xA3,
            ])
        let half = try BigNumber(operation, bigEndian: [0x3F] + [UInt8](repeating: 0xFF, count: 30) + [0xF6])
        let square = try multiply(y, y)
        let product = try multiply(subtract(square, one), add(multiply(d, square), one))
        let symbol = try BigNumber(operation)
        try unsafe operation.check(BN_mod_exp(symbol.pointer, product.pointer, half.pointer, p.pointer, context.pointer))
        return symbol.isZero || symbol.isOne
    }

    private func add(_ a: borrowing BigNumber, _ b: borrowing BigNumber) throws(OpenSSLError) -> BigNumber {
        let sum = try BigNumber(operation)
        try unsafe operation.check(BN_mod_add(sum.pointer, a.pointer, b.pointer, p.pointer, context.pointer))
        return sum
    }

    private func subtract(_ a: borrowing BigNumber, _ b: borrowing BigNumber) throws(OpenSSLError) -> BigNumber {
        let difference = try BigNumber(operation)
        try unsafe operation.check(BN_mod_sub(difference.pointer, a.pointer, b.pointer, p.pointer, context.pointer))
        return difference
    }

    private func multiply(_ a: borrowing BigNumber, _ b: borrowing BigNumber) throws(OpenSSLError) -> BigNumber {
        let product = try BigNumber(operation)
        try unsafe operation.check(BN_mod_mul(product.pointer, a.pointer, b.pointer, p.pointer, context.pointer))
        return product
    }
}
