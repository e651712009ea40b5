/// The odd primes up to 65537, and products of them that still fit a machine word.
enum SmallPrimes {
    static let limit = 65_537

    /// Whether one of them divides the number. A modulus that has a small factor was made without care, or damaged.
    static func divide(_ number: LimbNumber) -> Bool {
        for group in groups {
            let rest = number.remainder(dividingBy: group.product)
            if group.primes.contains(where: { rest % $0 == 0 }) { return true }
        }
        return false
    }

    private struct Group {
        var product: UInt64
        var primes: [UInt64]
    }

    private static let groups: [Group] = {
        var groups: [Group] = []
        var current = Group(product: 1, primes: [])
        for prime in primes {
            let (product, isTooLarge) = current.product.multipliedReportingOverflow(by: prime)
            if isTooLarge {
                groups.append(current)
                current = Group(product: prime, primes: [prime])
            } else {
                current.product = product
                current.primes.append(prime)
            }
        }
        return groups + [current]
    }()

    /// By the sieve of Eratosthenes.
    private static let primes: [UInt64] = {
        var isComposite = [Bool](repeating: false, count: limit + 1)
        var primes: [UInt64] = []
        for candidate in stride(from: 3, through: limit, by: 2) where !isComposite[candidate] {
            primes.append(UInt64(candidate))
            for multiple in stride(from: candidate * candidate, through: limit, by: 2 * candidate) { isComposite[multiple] = true }
        }
        return primes
    }()
}
