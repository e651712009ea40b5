/// Every scheme of IANA's registry (TLS SignatureScheme), and the pairs of TLS 1.2 (RFC 5246 §7.4.1.4.1), named in the same manner.
///
/// One a line: number, name, key, hash, versions in which a handshake may be signed with it. ECDSA's of TLS 1.2 bind no curve, whatever
/// their name says; the `legacy` ones sign for clients only (draft-davidben-tls13-pkcs1).
enum TLSSignatureSchemeTable {
    static func read() -> [TLSSignatureScheme: TLSSignatureSchemeAttributes] {
        var schemes: [TLSSignatureScheme: TLSSignatureSchemeAttributes] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let number = UInt16(fields[0], radix: 16), let key = TLSSignatureSchemeAttributes.Key(rawValue: String(fields[2])),
                let hash = TLSSignatureSchemeAttributes.Hash(rawValue: String(fields[3]))
            else { preconditionFailure("a line of five fields") }
            schemes[TLSSignatureScheme(rawValue: number)] = TLSSignatureSchemeAttributes(
                name: String(fields[1]), key: key, hash: hash, isTLS13: fields[4].hasSuffix("13"), isTLS12: fields[4].hasPrefix("12"))
        }
        return schemes
    }

    private static let text = """
        0101 rsa_pkcs1_md5 rsa md5 12
        0102 dsa_md5 dsa md5 12
        0103 ecdsa_md5 ecdsa md5 12
        0201 rsa_pkcs1_sha1 rsa sha1 12
        0202 dsa_sha1 dsa sha1 12
        0203 ecdsa_sha1 ecdsa sha1 12
        0301 rsa_pkcs1_sha224 rsa sha224 12
        0302 dsa_sha224 dsa sha224 12
        0303 ecdsa_sha224 ecdsa sha224 12
        0401 rsa_pkcs1_sha256 rsa sha256 12
        0402 dsa_sha256 dsa sha256 12
        0403 ecdsa_secp256r1_sha256 ecdsa sha256 12,13
        0420 rsa_pkcs1_sha256_legacy rsa sha256 13
        0501 rsa_pkcs1_sha384 rsa sha384 12
        0502 dsa_sha384 dsa sha384 12
        0503 ecdsa_secp384r1_sha384 ecdsa sha384 12,13
        0520 rsa_pkcs1_sha384_legacy rsa sha384 13
        0601 rsa_pkcs1_sha512 rsa sha512 12
        0602 dsa_sha512 dsa sha512 12
        0603 ecdsa_secp521r1_sha512 ecdsa sha512 12,13
        0620 rsa_pkcs1_sha512_legacy rsa sha512 13
        0704 eccsi_sha256 identity sha256 13
        0705 iso_ibs1 identity intrinsic 13
        0706 iso_ibs2 identity intrinsic 13
        0707 iso_chinese_ibs identity intrinsic 13
        0708 sm2sig_sm3 sm2 sm3 13
        0709 gostr34102012_256a gost intrinsic 13
        070A gostr34102012_256b gost intrinsic 13
        070B gostr34102012_256c gost intrinsic 13
        070C gostr34102012_256d gost intrinsic 13
        070D gostr34102012_512a gost intrinsic 13
        070E gostr34102012_512b gost intrinsic 13
        070F gostr34102012_512c gost intrinsic 13
        0804 rsa_pss_rsae_sha256 rsa sha256 12,13
        0805 rsa_pss_rsae_sha384 rsa sha384 12,13
        0806 rsa_pss_rsae_sha512 rsa sha512 12,13
        0807 ed25519 ed25519 intrinsic 12,13
        0808 ed448 ed448 intrinsic 12,13
        0809 rsa_pss_pss_sha256 rsa-pss sha256 12,13
        080A rsa_pss_pss_sha384 rsa-pss sha384 12,13
        080B rsa_pss_pss_sha512 rsa-pss sha512 12,13
        081A ecdsa_brainpoolP256r1tls13_sha256 ecdsa sha256 13
        081B ecdsa_brainpoolP384r1tls13_sha384 ecdsa sha384 13
        081C ecdsa_brainpoolP512r1tls13_sha512 ecdsa sha512 13
        0840 gostr34102012_256 gost intrinsic 12
        0841 gostr34102012_512 gost intrinsic 12
        0904 mldsa44 ml-dsa intrinsic 13
        0905 mldsa65 ml-dsa intrinsic 13
        0906 mldsa87 ml-dsa intrinsic 13
        0911 slhdsa_sha2_128s slh-dsa intrinsic 13
        0912 slhdsa_sha2_128f slh-dsa intrinsic 13
        0913 slhdsa_sha2_192s slh-dsa intrinsic 13
        0914 slhdsa_sha2_192f slh-dsa intrinsic 13
        0915 slhdsa_sha2_256s slh-dsa intrinsic 13
        0916 slhdsa_sha2_256f slh-dsa intrinsic 13
        0917 slhdsa_shake_128s slh-dsa intrinsic 13
        0918 slhdsa_shake_128f slh-dsa intrinsic 13
        0919 slhdsa_shake_192s slh-dsa intrinsic 13
        091A slhdsa_shake_192f slh-dsa intrinsic 13
        091B slhdsa_shake_256s slh-dsa intrinsic 13
        091C slhdsa_shake_256f slh-dsa intrinsic 13
        EDED gostr34102001-draft gost intrinsic 12
        EEEE gostr34102012_256-draft gost intrinsic 12
        EFEF gostr34102012_512-draft gost intrinsic 12
        """
}
