import Foundation
import KeyStore
import OpenSSL
import TestSupport
import Testing

@testable import AccessControl

@Suite("TOTP")
struct TOTPTests {
    /// RFC 6238, appendix B: the seed is "1234567890" again and again, as long as the digest.
    private static func rfcSeed(_ algorithm: TOTPAlgorithm) throws -> SecretBytes {
        try secret(String(String(repeating: "1234567890", count: 7).prefix(algorithm.seedByteCount)))
    }

    @Test(
        "codes are those of RFC 6238, appendix B",
        arguments: [
            (59, "94287082", "46119246", "90693936"), (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"), (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"), (20_000_000_000, "65353130", "77737706", "47863826"),
        ])
    func appendixB(_ time: Int64, _ sha1: String, _ sha256: String, _ sha512: String) throws {
        for (algorithm, expected) in [(TOTPAlgorithm.sha1, sha1), (.sha256, sha256), (.sha512, sha512)] {
            let parameters = try TOTPParameters(algorithm: algorithm, digits: 8)
            // The last time is beyond what a Timestamp holds, and steps need not be.
            let code = try TOTP.code(of: Self.rfcSeed(algorithm), step: time / 30, parameters)
            #expect(text(code) == expected, "\(algorithm) at \(time)")
        }
    }

    @Test(
        "codes are those of RFC 4226, appendix D",
        arguments: zip(
            0...9, ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]))
    func rfc4226(_ counter: Int64, _ expected: String) throws {
        #expect(text(try TOTP.code(of: Self.rfcSeed(.sha1), step: counter, .standard)) == expected)
    }

    @Test("a code of the step before, of this one and of the next is found, and no other", arguments: -3...3)
    func window(_ offset: Int64) throws {
        let seed = try SecretBytes(random: 20)
        let parameters = try TOTPParameters(digits: 8)
        let now = Timestamp(seconds: 1_800_000_000)
        let step = TOTP.step(at: now, parameters) + offset
        let code = try TOTP.code(of: seed, step: step, parameters)
        #expect(try TOTP.matchingStep(of: code, seed: seed, at: now, parameters) == (abs(offset) <= 1 ? step : nil))
    }

    @Test("a step is rounded towards the past", arguments: [(0, 0), (29, 0), (30, 1), (-1, -1), (-30, -1), (-31, -2)])
    func steps(_ seconds: Int64, _ step: Int64) {
        #expect(TOTP.step(at: Timestamp(seconds: seconds), .standard) == step)
        #expect(TOTP.step(at: Timestamp(nanoseconds: seconds * 1_000_000_000 + 999_999_999), .standard) == step)
    }

    @Test("parameters out of their range are refused", arguments: [(5, 30), (9, 30), (6, 14), (6, 61), (-1, 30), (6, .max)])
    func parameters(_ digits: Int, _ period: Int) throws {
        #expect(throws: AccessError(.validation, "")) { try TOTPParameters(digits: digits, period: period) }
    }

    @Test(
        "oathtool shows the same codes", .enabled(if: Oathtool.isInstalled, "oathtool is not installed"),
        arguments: TOTPAlgorithm.allCases, 6...8)
    func oathtool(_ algorithm: TOTPAlgorithm, _ digits: Int) throws {
        for period in [15, 30, 60] {
            let parameters = try TOTPParameters(algorithm: algorithm, digits: digits, period: period)
            let seed = try SecretBytes(random: algorithm.seedByteCount)
            let base32 = text(try SecretBase32.encode(seed))
            for seconds in [59, 1_234_567_890, 1_800_000_000] as [Int64] {
                let ours = text(try TOTP.code(of: seed, step: seconds / Int64(period), parameters))
                #expect(try Oathtool.code(base32, parameters, at: seconds) == ours)
            }
        }
    }
}

@Suite("Key URI")
struct KeyURITests {
    @Test(
        "base32 is that of RFC 4648 without padding",
        arguments: [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI")])
    func base32(_ plain: String, _ encoded: String) throws {
        #expect(text(try SecretBase32.encode(secret(plain))) == encoded)
    }

    @Test("each of the 32 values has its letter")
    func alphabets() throws {
        // 00000 00001 … 11111, five bits each.
        let bits = (0..<32).map { String(String($0, radix: 2).reversed()).padding(toLength: 5, withPad: "0", startingAt: 0) }
        let stream = bits.map { String($0.reversed()) }.joined()
        let bytes = stride(from: 0, to: stream.count, by: 8).map { start in
            UInt8(stream.dropFirst(start).prefix(8), radix: 2) ?? 0
        }
        let all = try SecretBytes(copying: bytes.span.bytes)
        #expect(text(try SecretBase32.encode(all)) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        #expect(text(try SecretBase32.crockford(all)) == "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    }

    @Test("a URI says everything that an app has to know")
    func uri() throws {
        let parameters = try TOTPParameters(algorithm: .sha256, digits: 8, period: 60)
        let uri = try KeyURI.make(name: "ann+phone@home", seed: secret("12345678901234567890"), parameters)
        #expect(
            text(uri) == "otpauth://totp/coffer:ann%2Bphone%40home?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=coffer"
                + "&algorithm=SHA256&digits=8&period=60")
    }
}

/// The OATH Toolkit's command, an implementation that shares nothing with ours.
enum Oathtool {
    static let isInstalled = Command.isInstalled("oathtool")

    static func code(_ base32: String, _ parameters: TOTPParameters, at seconds: Int64) throws -> String {
        let arguments = [
            "--totp=\(parameters.algorithm.rawValue.lowercased())", "--digits=\(parameters.digits)",
            "--time-step-size=\(parameters.period)s", "--now=@\(seconds)", "--base32", base32,
        ]
        return try Command.succeed("oathtool", arguments).text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
