import OpenSSL
import TestSupport
import Testing

@testable import Envelope

@Suite("BcryptPBKDF")
struct BcryptPBKDFTests {
    struct Answer: Sendable {
        let passphrase: String
        let salt: [UInt8]
        let rounds: Int
        let key: String
    }

    /// Of Python's package bcrypt 5.0 (`bcrypt.kdf`). The first three are also in OpenBSD's regression tests.
    static let answers = [
        Answer(
            passphrase: "password", salt: Array("salt".utf8), rounds: 4,
            key: "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9"),
        Answer(passphrase: "password", salt: [0], rounds: 4, key: "c12b566235eee04c212598970a579a67"),
        Answer(passphrase: "\0", salt: Array("salt".utf8), rounds: 4, key: "6051be18c2f4f82cbf0efee5471b4bb9"),
        Answer(
            passphrase: "password", salt: Array("salt".utf8), rounds: 1,
            key: "7aecf4a3148069a4e52b28a060c4da05492ede72bf0caa4f6a2a4e5f1252a24ccb8a85077baa90b67b3a2bd1b2bb0d1c"),
        Answer(
            passphrase: "pass\0word", salt: Array("sa\0lt".utf8), rounds: 2,
            key: "e5efed7e2f9f0a38f37fda603f1af553338a8afba4cbeefdd1aa7925658dce77"
                + "9874cc205df58ebc38dd9d557c8dd729648795bb436ed6c79ce89361ecdc3b13"),
        Answer(passphrase: String(repeating: "x", count: 200), salt: Array(0..<64), rounds: 3, key: "aa"),
        Answer(
            passphrase: "пароль", salt: Array("0123456789abcdef".utf8), rounds: 1,
            key: "94486eaf738edcb0d55b29f22adf9fc6373eefb6b622e5e3b6d7ad6587d1593a9c5aa812ee28d3d3846f6efb8255102e"
                + "4976e38739b20e115e071d7958835ce4f08cae7a0399fa37425e949a7bc47750240c61a2ebf998e4ffd058dccb3207c55aa18e67"),
    ]

    @Test("known answers", arguments: answers)
    func knownAnswer(_ answer: Answer) throws {
        let key = try BcryptPBKDF.derive(
            passphrase: secret(answer.passphrase), salt: answer.salt, rounds: answer.rounds, count: answer.key.count / 2)
        #expect(revealed(key).hex == answer.key)
    }

    @Test("parameters out of bounds are refused before any work")
    func bounds() throws {
        let cases = [
            ("", 16, 4, 32), ("x", 0, 4, 32), ("x", 257, 4, 32), ("x", 16, 0, 32), ("x", 16, 10_001, 32), ("x", 16, 4, 0),
            ("x", 16, 4, 257),
        ]
        for (passphrase, saltCount, rounds, count) in cases {
            #expect(throws: OpenSSLError.self) {
                _ = try BcryptPBKDF.derive(
                    passphrase: secret(passphrase), salt: [UInt8](repeating: 1, count: saltCount), rounds: rounds, count: count)
            }
        }
    }

    /// Machin's formula once more, in words of 32 bits, most significant first.
    @Test("Blowfish's tables are the digits of π")
    func tables() {
        let count = BlowfishTables.words.count
        // The whole part in front, and words that take the errors of rounding behind.
        var pi = arctangent(ofInverse: 5, times: 16, wordCount: count + 4)
        subtract(arctangent(ofInverse: 239, times: 4, wordCount: count + 4), from: &pi)
        #expect(pi[0] == 3)
        #expect(Array(pi[1...count]) == BlowfishTables.words)
    }

    /// factor · arctan(1/n) = factor · (1/n − 1/3n³ + 1/5n⁵ − …)
    private func arctangent(ofInverse n: UInt32, times factor: UInt32, wordCount: Int) -> [UInt32] {
        var power = [UInt32](repeating: 0, count: wordCount)
        power[0] = factor
        divide(&power, by: n)
        var sum = power
        var (divisor, isNegative): (UInt32, Bool) = (3, true)
        while power.contains(where: { $0 != 0 }) {
            divide(&power, by: n * n)
            var term = power
            divide(&term, by: divisor)
            if isNegative { subtract(term, from: &sum) } else { add(term, to: &sum) }
            (divisor, isNegative) = (divisor + 2, !isNegative)
        }
        return sum
    }

    private func divide(_ number: inout [UInt32], by divisor: UInt32) {
        var remainder: UInt32 = 0
        for index in number.indices { (number[index], remainder) = divisor.dividingFullWidth((remainder, number[index])) }
    }

    private func add(_ other: [UInt32], to number: inout [UInt32]) {
        var carry: UInt64 = 0
        for index in number.indices.reversed() {
            let sum = UInt64(number[index]) + UInt64(other[index]) + carry
            (number[index], carry) = (UInt32(truncatingIfNeeded: sum), sum >> 32)
        }
    }

    private func subtract(_ other: [UInt32], from number: inout [UInt32]) {
        var borrow: UInt64 = 0
        for index in number.indices.reversed() {
            let difference = UInt64(number[index]) &- UInt64(other[index]) &- borrow
            (number[index], borrow) = (UInt32(truncatingIfNeeded: difference), difference >> 63)
        }
    }
}
