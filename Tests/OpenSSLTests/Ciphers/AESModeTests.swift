import OpenSSL
import TestSupport
import Testing

@Suite("AESMode")
struct AESModeTests {
    /// NIST SP 800-38A, appendix F: one plaintext of four blocks for all.
    static let plaintext =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    static let counter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
    static let vector = "000102030405060708090a0b0c0d0e0f"
    static let keys = [
        16: "2b7e151628aed2a6abf7158809cf4f3c", 24: "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        32: "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
    ]
    static let answers: [(AESMode, String, String)] = [
        (
            .aes128CBC, vector,
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
        ),
        (
            .aes128CTR, counter,
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"
        ),
        (
            .aes192CBC, vector,
            "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"
        ),
        (
            .aes192CTR, counter,
            "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"
        ),
        (
            .aes256CBC, vector,
            "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
        ),
        (
            .aes256CTR, counter,
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"
        ),
    ]

    private func key(_ mode: AESMode) throws -> SecretBytes { try secret([UInt8](hex: #require(Self.keys[mode.keyByteCount]))) }

    @Test("every mode gives NIST's answer", arguments: answers)
    func knownAnswer(mode: AESMode, initial: String, ciphertext: String) throws {
        let (ciphertext, initial) = ([UInt8](hex: ciphertext), [UInt8](hex: initial))
        let opened = try mode.decrypt(ciphertext.bytes, key: key(mode), initial: initial.bytes)
        #expect(revealed(opened).hex == Self.plaintext)
    }

    @Test("all modes have an answer here")
    func complete() {
        #expect(Set(Self.answers.map(\.0)) == Set(AESMode.allCases))
    }

    @Test("counter mode takes any length, and chaining whole blocks only", arguments: AESMode.allCases, [0, 1, 15, 16, 17, 33])
    func lengths(mode: AESMode, count: Int) throws {
        let (ciphertext, initial) = ([UInt8](repeating: 7, count: count), [UInt8](repeating: 1, count: 16))
        let isChaining = [.aes128CBC, .aes192CBC, .aes256CBC].contains(mode)
        let code = try failure {
            let opened = try mode.decrypt(ciphertext.bytes, key: key(mode), initial: initial.bytes)
            #expect(opened.count == count)
        }
        #expect(code == (isChaining && !count.isMultiple(of: 16) ? .invalidInput : nil))
    }

    @Test("a key or a first block of another length is refused", arguments: AESMode.allCases)
    func wrongLengths(mode: AESMode) throws {
        let (ciphertext, initial, short) = (
            [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 12)
        )
        let shortKey = try secret([UInt8](repeating: 0, count: mode.keyByteCount - 1))
        let keyCode = try failure { _ = try mode.decrypt(ciphertext.bytes, key: shortKey, initial: initial.bytes) }
        #expect(keyCode == .invalidKey)
        let initialCode = try failure { _ = try mode.decrypt(ciphertext.bytes, key: key(mode), initial: short.bytes) }
        #expect(initialCode == .invalidInput)
    }
}
