import COpenSSL

/// Tells primes from composites, for the groups and keys that a peer shows.
///
/// Miller and Rabin's test with random bases: a composite passes one round with a probability of at most 1/4, whoever chose it. It is
/// our own loop over libcrypto's arithmetic because BN_check_prime has no fewer than 64 or 128 rounds, which takes ten seconds for one
/// group of 4096 bits; nobody's key depends on this answer.
public enum Primality {
    /// Larger numbers are not tested: one of this size takes seconds already.
    public static let maximumBitCount = 16384

    /// - Parameter number: most significant byte first.
    /// - Throws: `invalidInput` if it is longer than ``maximumBitCount``.
    public static func isPrime(_ number: [UInt8]) throws(OpenSSLError) -> Bool {
        try check(number)
        return try MillerRabin().isPrime(BigNumber(operation, bigEndian: number))
    }

    /// Whether p and (p − 1)/2 both are prime, so that the group has no small subgroups but the one of order 2.
    /// - Parameter number: p, most significant byte first.
    /// - Throws: `invalidInput` if it is longer than ``maximumBitCount``.
    public static func isSafePrime(_ number: [UInt8]) throws(OpenSSLError) -> Bool {
        try check(number)
        let p = try BigNumber(operation, bigEndian: number)
        let half = try BigNumber(operation)
        try unsafe operation.check(BN_rshift1(half.pointer, p.pointer))
        let test = try MillerRabin()
        // An even p would not be (half · 2) + 1.
        guard p.isOdd, try test.isPrime(half) else { return false }
        return try test.isPrime(p)
    }

    private static func check(_ number: [UInt8]) throws(OpenSSLError) {
        let bits = number.drop { $0 == 0 }.count * 8
        try operation.require(bits <= maximumBitCount, "the number has \(bits) bits, more than \(maximumBitCount)")
    }

    fileprivate static let operation = Operation("test for a prime")

    /// The larger, the fewer: each round costs eight times as much for a number of twice the size, and the share of composites that pass
    /// falls even faster (Damgård, Landrock, Pomerance 1993). What an adversary may hope for at the worst is 4^-rounds.
    fileprivate static func rounds(bits: Int) -> Int {
        switch bits {
        case ...2048: 32
        case ...4096: 12
        case ...8192: 6
        default: 4
        }
    }
}

private struct MillerRabin: ~Copyable {
    private let context: Owned
    private let one: BigNumber
    private let operation = Primality.operation

    init() throws(OpenSSLError) {
        let context = try unsafe Owned(Primality.operation.check(BN_CTX_new()), release: BN_CTX_free)
        self.one = try BigNumber(Primality.operation, bigEndian: [1])
        self.context = context
    }

    func isPrime(_ n: borrowing BigNumber) throws(OpenSSLError) -> Bool {
        if n.bitCount <= 2 { return unsafe BN_is_word(n.pointer, 2) == 1 || BN_is_word(n.pointer, 3) == 1 }
        guard n.isOdd else { return false }
        let minusOne = try BigNumber(operation)
        try unsafe operation.check(BN_sub(minusOne.pointer, n.pointer, one.pointer))
        // n − 1 = d · 2^shift with an odd d.
        var shift: Int32 = 0
        while unsafe BN_is_bit_set(minusOne.pointer, shift) == 0 { shift += 1 }
        let d = try BigNumber(operation)
        try unsafe operation.check(BN_rshift(d.pointer, minusOne.pointer, shift))
        for _ in 0..<Primality.rounds(bits: n.bitCount) {
            guard try passes(n, minusOne: minusOne, d: d, shift: Int(shift)) else { return false }
        }
        return true
    }

    /// One round: a random a of 2 to n − 2, of which the powers d, 2d, 4d … must come to 1 by way of −1.
    private func passes(
        _ n: borrowing BigNumber, minusOne: borrowing BigNumber, d: borrowing BigNumber, shift: Int
    ) throws(OpenSSLError) -> Bool {
        let range = try BigNumber(operation)
        let base = try BigNumber(operation)
        let power = try BigNumber(operation)
        try unsafe operation.check(BN_copy(range.pointer, n.pointer) == nil ? 0 : 1)
        try unsafe operation.check(BN_sub_word(range.pointer, 3))
        try unsafe operation.check(BN_rand_range(base.pointer, range.pointer))
        try unsafe operation.check(BN_add_word(base.pointer, 2))
        try unsafe operation.check(BN_mod_exp(power.pointer, base.pointer, d.pointer, n.pointer, context.pointer))
        if power.isOne { return true }
        for step in 1...shift {
            if unsafe BN_cmp(power.pointer, minusOne.pointer) == 0 { return true }
            if step < shift { try unsafe operation.check(BN_mod_sqr(power.pointer, power.pointer, n.pointer, context.pointer)) }
        }
        return false
    }
}
