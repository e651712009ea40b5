import OpenSSL
import TestSupport
import Testing

@Suite("Wycheproof: key wrapping", .tags(.wycheproof))
struct KeyWrapWycheproofTests {
    struct Group: Decodable {
        let tests: [Case]
    }

    struct Case: Decodable {
        let tcId: Int
        let key, msg, ct: HexBytes
        let result: WycheproofResult
    }

    /// The acceptable cases wrap a key of one block. RFC 3394 §2 asks for two at least, so we refuse them.
    @Test("AES key wrap (RFC 3394): valid cases wrap and unwrap, all others are refused")
    func plain() throws {
        let tally = try run("aes_wrap_test.json") { (wrapped, kek) in
            try AESKeyWrap.unwrap(wrapped, with: kek)
        } wrap: { (secret, kek) in
            try AESKeyWrap.wrap(secret, with: kek)
        }
        #expect(tally == Tally(accepted: 36, refused: 129))
    }

    @Test("AES key wrap with padding (RFC 5649): valid cases wrap and unwrap, invalid ones are refused")
    func padded() throws {
        let tally = try run("aes_kwp_test.json") { (wrapped, kek) in
            try AESKeyWrap.unwrapPadded(wrapped, with: kek)
        } wrap: { (secret, kek) in
            try AESKeyWrap.wrapPadded(secret, with: kek)
        }
        #expect(tally == Tally(accepted: 77, refused: 177))
    }

    private func run(
        _ file: String, unwrap: (RawSpan, borrowing SecretBytes) throws -> SecretBytes,
        wrap: (borrowing SecretBytes, borrowing SecretBytes) throws -> [UInt8]
    ) throws -> Tally {
        let file = try WycheproofFile<Group>.load(file)
        var tally = Tally()
        for test in file.testGroups.flatMap(\.tests) {
            let wrapped = test.ct.bytes
            let kek = try secret(test.key.bytes)
            do {
                let unwrapped = try unwrap(wrapped.span.bytes, kek)
                #expect(test.result == .valid && revealed(unwrapped) == test.msg.bytes, "case \(test.tcId)")
                #expect(try wrap(unwrapped, kek) == wrapped, "case \(test.tcId)")
                tally.accepted += 1
            } catch let error as OpenSSLError {
                #expect(test.result != .valid && error.code == .authenticationFailed, "case \(test.tcId): \(error)")
                tally.refused += 1
            }
        }
        #expect(tally.accepted + tally.refused == file.numberOfTests)
        return tally
    }
}
