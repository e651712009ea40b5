/// What stands behind `_WITH_` in the name of a suite: `AES_128_CBC_SHA`, `AES_128_CCM_8`, `NULL_MD5`.
struct SuiteCipher: Sendable, Hashable {
    var cipher: BulkCipher
    var mode: CipherMode
    var keyBits: Int
    var blockBits: Int?
    var mac: SuiteMAC

    /// - Returns: nil if it is no cipher that authenticates by itself, and none with a hash.
    init?(_ name: Substring) {
        if let known = Self.ciphers[name], Self.isAEAD(known.mode) {
            self.init(known, mac: .aead)
        } else if let bar = name.utf8.lastIndex(of: UInt8(ascii: "_")), let known = Self.ciphers[name[..<bar]],
            let mac = Self.macs[name[name.utf8.index(after: bar)...]]
        {
            self.init(known, mac: Self.isAEAD(known.mode) ? .aead : mac)
        } else {
            return nil
        }
    }

    private typealias Cipher = (cipher: BulkCipher, mode: CipherMode, keyBits: Int, blockBits: Int?)

    private init(_ cipher: Cipher, mac: SuiteMAC) {
        self.cipher = cipher.cipher
        self.mode = cipher.mode
        self.keyBits = cipher.keyBits
        self.blockBits = cipher.blockBits
        self.mac = mac
    }

    private static func isAEAD(_ mode: CipherMode) -> Bool {
        switch mode {
        case .gcm, .ccm, .ccm8, .poly1305, .mgm, .aegis: true
        case .none, .stream, .cbc, .ctr: false
        }
    }

    /// The last word. Behind a mode that authenticates it is the hash of the key derivation (or RFC 9367's rekeying, L and S), no MAC.
    private static let macs: [Substring: SuiteMAC] = [
        "NULL": .none, "MD5": .md5, "SHA": .sha1, "SHA256": .sha256, "SHA384": .sha384, "SHA512": .none, "SM3": .none, "L": .none,
        "S": .none,
        "RMD": .ripemd160, "IMIT": .gost, "GOSTR3411": .gost, "OMAC": .omac,
    ]

    private static let ciphers: [Substring: Cipher] = [
        "NULL": (.null, .none, 0, nil),
        // RFC 9150 names the MAC alone and does not encrypt.
        "SHA256": (.null, .none, 0, nil), "SHA384": (.null, .none, 0, nil),
        "RC4_40": (.rc4, .stream, 40, nil), "RC4_56": (.rc4, .stream, 56, nil), "RC4_128": (.rc4, .stream, 128, nil),
        "RC2_CBC_40": (.rc2, .cbc, 40, 64), "RC2_CBC_56": (.rc2, .cbc, 56, 64), "IDEA_CBC": (.idea, .cbc, 128, 64),
        "DES40_CBC": (.des, .cbc, 40, 64), "DES_CBC_40": (.des, .cbc, 40, 64), "DES_CBC": (.des, .cbc, 56, 64),
        "3DES_EDE_CBC": (.tripleDES, .cbc, 112, 64), "FORTEZZA_CBC": (.skipjack, .cbc, 80, 64),
        "AES_128_CBC": (.aes, .cbc, 128, 128), "AES_256_CBC": (.aes, .cbc, 256, 128),
        "AES_128_GCM": (.aes, .gcm, 128, 128), "AES_256_GCM": (.aes, .gcm, 256, 128),
        "AES_128_CCM": (.aes, .ccm, 128, 128), "AES_256_CCM": (.aes, .ccm, 256, 128),
        "AES_128_CCM_8": (.aes, .ccm8, 128, 128), "AES_256_CCM_8": (.aes, .ccm8, 256, 128),
        "SEED_CBC": (.seed, .cbc, 128, 128),
        "CAMELLIA_128_CBC": (.camellia, .cbc, 128, 128), "CAMELLIA_256_CBC": (.camellia, .cbc, 256, 128),
        "CAMELLIA_128_GCM": (.camellia, .gcm, 128, 128), "CAMELLIA_256_GCM": (.camellia, .gcm, 256, 128),
        "ARIA_128_CBC": (.aria, .cbc, 128, 128), "ARIA_256_CBC": (.aria, .cbc, 256, 128),
        "ARIA_128_GCM": (.aria, .gcm, 128, 128), "ARIA_256_GCM": (.aria, .gcm, 256, 128),
        "CHACHA20_POLY1305": (.chacha20, .poly1305, 256, nil),
        "SM4_GCM": (.sm4, .gcm, 128, 128), "SM4_CCM": (.sm4, .ccm, 128, 128),
        "AEGIS_256": (.aegis, .aegis, 256, nil), "AEGIS_128L": (.aegis, .aegis, 128, nil),
        "28147_CNT": (.gost28147, .ctr, 256, 64),
        "KUZNYECHIK_CTR": (.kuznyechik, .ctr, 256, 128), "MAGMA_CTR": (.magma, .ctr, 256, 64),
        "KUZNYECHIK_MGM": (.kuznyechik, .mgm, 256, 128), "MAGMA_MGM": (.magma, .mgm, 256, 64),
    ]
}
