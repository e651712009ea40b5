import TestSupport
import Testing

@testable import TLSInspector

@Suite("Flaws of RSA keys")
struct RSAWeaknessesTests {
    @Test("a key has the flaws that it was made with, and an honest one has none", arguments: CertificateVectors.keys)
    func key(_ vector: CertificateVectors.Key) throws {
        let found = try weaknesses(vector).found(blocklist: nil)
        #expect(found.map(\.rawValue) == vector.weaknesses)
    }

    @Test("a key on Debian's list is found, and the others are not")
    func blocklist() throws {
        let listed = try #require(CertificateVectors.keys.first { $0.weaknesses.isEmpty })
        let list = try DebianBlocklist(text: Array("# Blacklist for RSA-2048\n\n0123456789abcdef0123\n\(listed.blocklistEntry)\r\n".utf8))
        #expect(list.count == 2)
        for vector in CertificateVectors.keys {
            let found = try weaknesses(vector).found(blocklist: list)
            #expect(found.contains(.debian) == (vector.modulus == listed.modulus))
        }
    }

    @Test(
        "a list with a line that is no fingerprint is refused",
        arguments: ["0123456789abcdef012", "+123456789abcdef0123", "0123456789abcdef012g", "0123456789abcdef01234"])
    func badBlocklist(_ line: String) {
        #expect(throws: CertificateError.malformed("line 2 of the blocklist is not 20 hexadecimal digits")) {
            try DebianBlocklist(text: Array("# list\n\(line)\n".utf8))
        }
    }

    private func weaknesses(_ vector: CertificateVectors.Key) throws -> RSAWeaknesses {
        let modulus = [UInt8](hex: (vector.modulus.utf8.count % 2 == 0 ? "" : "0") + vector.modulus)
        return RSAWeaknesses(
            modulus: modulus, exponent: [UInt8(vector.exponent >> 16), UInt8(vector.exponent >> 8 & 255), UInt8(vector.exponent & 255)])
    }
}
