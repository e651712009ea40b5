import COpenSSL

/// Fermat's method: finds the factors of a number if they are close to each other (CVE-2022-26320).
public enum ClosePrimes {
    /// Whether a² − n is a square for one of the first numbers a from √n on.
    /// - Parameters:
    ///   - modulus: n, odd, most significant byte first.
    ///   - stepCount: how many a are tried.
    public static func areFactors(of modulus: [UInt8], stepCount: Int) throws(OpenSSLError) -> Bool {
        let operation = Operation("look for close primes")
        let number = try BigNumber(operation, bigEndian: modulus)
        let context = try unsafe Owned(operation.check(BN_CTX_new()), release: BN_CTX_free)
        let mean = try BigNumber(operation)
        let rest = try BigNumber(operation)
        let root = try BigNumber(operation)
        try setRoot(mean, of: number, context, operation)
        // rest = a² − n; the next a has a² + 2a + 1 − n.
        try unsafe operation.check(BN_sqr(rest.pointer, mean.pointer, context.pointer))
        if unsafe BN_cmp(rest.pointer, number.pointer) < 0 {
            try unsafe operation.check(BN_add_word(mean.pointer, 1))
            try unsafe operation.check(BN_sqr(rest.pointer, mean.pointer, context.pointer))
        }
        try unsafe operation.check(BN_sub(rest.pointer, rest.pointer, number.pointer))
        for _ in 0..<stepCount {
            if try isSquare(rest, root, context, operation) { return true }
            try unsafe operation.check(BN_add(rest.pointer, rest.pointer, mean.pointer))
            try unsafe operation.check(BN_add_word(mean.pointer, 1))
            try unsafe operation.check(BN_add(rest.pointer, rest.pointer, mean.pointer))
        }
        return false
    }

    private static func isSquare(
        _ number: borrowing BigNumber, _ root: borrowing BigNumber, _ context: borrowing Owned, _ operation: Operation
    ) throws(OpenSSLError) -> Bool {
        // Most numbers that are no squares are none modulo one of these either, and spare the root.
        for modulus in filters {
            let residue = unsafe BN_mod_word(number.pointer, UInt(modulus.count))
            guard residue < modulus.count else { throw operation.failure(.libraryFailure) }
            if !modulus[Int(residue)] { return false }
        }
        try setRoot(root, of: number, context, operation)
        let square = try BigNumber(operation)
        try unsafe operation.check(BN_sqr(square.pointer, root.pointer, context.pointer))
        return unsafe BN_cmp(square.pointer, number.pointer) == 0
    }

    /// Sets `root` to the largest number whose square is not above `number`, by Newton's method from above.
    private static func setRoot(
        _ root: borrowing BigNumber, of number: borrowing BigNumber, _ context: borrowing Owned, _ operation: Operation
    ) throws(OpenSSLError) {
        if number.isZero {
            unsafe BN_zero_ex(root.pointer)
            return
        }
        let next = try BigNumber(operation)
        let bits = unsafe BN_num_bits(number.pointer)
        try unsafe operation.check(BN_set_word(next.pointer, 1))
        try unsafe operation.check(BN_lshift(next.pointer, next.pointer, (bits + 1) / 2))
        repeat {
            guard unsafe BN_copy(root.pointer, next.pointer) != nil else { throw operation.failure(.libraryFailure) }
            try unsafe operation.check(BN_div(next.pointer, nil, number.pointer, root.pointer, context.pointer))
            try unsafe operation.check(BN_add(next.pointer, next.pointer, root.pointer))
            try unsafe operation.check(BN_rshift1(next.pointer, next.pointer))
        } while unsafe BN_cmp(next.pointer, root.pointer) < 0
    }

    /// Which residues modulo 64, 63, 65 and 11 are squares.
    private static let filters: [[Bool]] = [64, 63, 65, 11].map { modulus in
        var isSquare = [Bool](repeating: false, count: modulus)
        for root in 0..<modulus { isSquare[root * root % modulus] = true }
        return isSquare
    }
}
