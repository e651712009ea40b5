/// Tells the keys of Infineon's library (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack", 2017).
///
/// It made primes p = k·M + 65537^a mod M, with M the product of the first primes. So the modulus is a power of 65537 modulo M. For the
/// shortest keys M is the product of the primes to 167, which divides the M of all longer ones. An honest modulus is such a power by
/// chance with a probability far below one in 2^100.
enum ROCAFingerprint {
    static func matches(_ modulus: LimbNumber) -> Bool {
        var seen: [Congruence] = []
        for table in tables {
            let rest = Int(modulus.remainder(dividingBy: UInt64(table.logarithms.count)))
            guard let logarithm = table.logarithms[rest] else { return false }
            // The logarithms modulo each prime have to be those of one exponent: they agree modulo each common divisor of their orders.
            let congruence = Congruence(value: logarithm, modulus: table.order)
            guard seen.allSatisfy({ $0.agrees(with: congruence) }) else { return false }
            seen.append(congruence)
        }
        return true
    }

    private struct Congruence {
        let value: Int
        let modulus: Int

        func agrees(with other: Congruence) -> Bool {
            var (large, small) = (modulus, other.modulus)
            while small != 0 { (large, small) = (small, large % small) }
            return (value - other.value) % large == 0
        }
    }

    /// The powers of 65537 modulo one prime.
    private struct Table {
        let order: Int
        /// By residue.
        let logarithms: [Int?]
    }

    /// Of the prime 2 nothing is learnt.
    private static let primes = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
        139, 149, 151, 157, 163, 167,
    ]

    private static let tables: [Table] = primes.map { prime in
        var logarithms = [Int?](repeating: nil, count: prime)
        var power = 1
        var order = 0
        repeat {
            logarithms[power] = order
            power = power * 65_537 % prime
            order += 1
        } while power != 1
        return Table(order: order, logarithms: logarithms)
    }
}
