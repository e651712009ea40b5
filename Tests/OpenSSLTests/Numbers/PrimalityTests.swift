import OpenSSL
import Testing

@Suite("Telling primes from composites")
struct PrimalityTests {
    @Test("every number below 2000 is judged as a sieve judges it")
    func small() throws {
        for number in 0..<2000 {
            let isPrime = number >= 2 && !(2..<max(2, number)).contains { $0 * $0 <= number && number % $0 == 0 }
            let bytes = [UInt8(number >> 8), UInt8(number & 0xFF)]
            #expect(try Primality.isPrime(bytes) == isPrime, "\(number)")
            let half = number / 2
            let isHalfPrime = half >= 2 && !(2..<max(2, half)).contains { $0 * $0 <= half && half % $0 == 0 }
            #expect(try Primality.isSafePrime(bytes) == (isPrime && isHalfPrime && number % 2 == 1), "\(number)")
        }
    }

    @Test(
        "numbers that fool weaker tests are composite",
        arguments: [561, 41041, 825_265, 321_197_185, 3_215_031_751, 3_825_123_056_546_413_051])
    func pseudoprimes(number: UInt64) throws {
        #expect(try !Primality.isPrime(bytes(number)))
    }

    @Test("a prime of 2^521 − 1 is prime and not safe, and 2^523 − 1 is neither")
    func mersenne() throws {
        let prime = [0x01] + [UInt8](repeating: 0xFF, count: 65)
        #expect(try Primality.isPrime(prime))
        #expect(try !Primality.isSafePrime(prime))
        #expect(try !Primality.isPrime([0x07] + [UInt8](repeating: 0xFF, count: 65)))
    }

    @Test("leading zeros do not count, and no number is no prime")
    func zeros() throws {
        #expect(try Primality.isSafePrime([0, 0, 0, 23]))
        #expect(try Primality.isPrime([UInt8](repeating: 0, count: 10_000) + [13]))
        #expect(try !Primality.isPrime([]))
        #expect(try !Primality.isPrime([0]))
    }

    @Test("a number of more bits than the limit is refused, not tested")
    func tooLong() throws {
        let even = [UInt8](repeating: 0x80, count: Primality.maximumBitCount / 8)
        #expect(try !Primality.isPrime(even))
        let prime = #expect(throws: OpenSSLError.self) { try Primality.isPrime([1] + even) }
        #expect(prime?.code == .invalidInput)
        let safe = #expect(throws: OpenSSLError.self) { try Primality.isSafePrime([1] + even) }
        #expect(safe?.code == .invalidInput)
    }

    private func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
}
