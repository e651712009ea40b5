import OpenSSL
import TestSupport
import Testing

@Suite("HKDF, step by step")
struct HKDFStepsTests {
    @Test("both steps are those of RFC 5869 appendix A.1")
    func steps() throws {
        let salt = try secret(Array(0...12))
        let key = try HKDF.extract(.sha256, salt: salt, inputKey: secret([UInt8](repeating: 11, count: 22)))
        #expect(revealed(key).hex == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
        let info = [UInt8](0xF0...0xF9)
        let expanded = try HKDF.expand(.sha256, key: key, info: info.span.bytes, count: 42)
        #expect(revealed(expanded).hex == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
    }

    @Test("one step behind the other is the whole", arguments: [DigestAlgorithm.sha256, .sha384, .sha512])
    func whole(digest: DigestAlgorithm) throws {
        let (salt, info) = ([UInt8](1...20), [UInt8](5...9))
        let stepwise = try HKDF.expand(
            digest, key: HKDF.extract(digest, salt: secret(salt), inputKey: secret([7, 8])), info: info.span.bytes, count: 80)
        let whole = try HKDF.derive(digest, inputKey: secret([7, 8]), salt: salt.span.bytes, info: info.span.bytes, count: 80)
        let isEqual = stepwise.isEqual(to: whole)
        #expect(isEqual)
    }

    @Test("lengths out of their bounds are refused", arguments: [(0, 1, 0), (8161, 1, 0), (1, 0, 0), (1, 250, 0), (1, 1, 256)])
    func bounds(count: Int, labelCount: Int, contextCount: Int) throws {
        let label = String(repeating: "a", count: labelCount)
        let context = [UInt8](repeating: 0, count: contextCount)
        #expect(
            try failure { _ = try HKDF.expandLabel(.sha256, secret: secret([1]), label: label, context: context, count: count) }
                == .invalidInput)
    }
}
