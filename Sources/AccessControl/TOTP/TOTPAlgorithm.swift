import OpenSSL

/// The hash function of a device (RFC 6238 §1.2), named as in the Key URI format.
public enum TOTPAlgorithm: String, Sendable, CaseIterable {
    /// What every authenticator app knows.
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha512 = "SHA512"

    var digest: DigestAlgorithm {
        switch self {
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }

    /// Seeds are as long as the output of the HMAC (RFC 4226 §4 R6, RFC 6238 §5.1).
    var seedByteCount: Int { digest.byteCount }
}
