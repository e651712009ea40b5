import COpenSSL

/// A hash function. MD5 and SHA-1 are here for old checksums (and RSA-OAEP) only: no signature is made or believed with them.
public enum DigestAlgorithm: String, Sendable, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512, blake2b512

    /// The length of the digest in bytes.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512, .blake2b512: 64
        }
    }

    /// Whether the function belongs to SHA-2 (FIPS 180-4), the only ones that signatures are made and checked with.
    var isSHA2: Bool {
        switch self {
        case .sha224, .sha256, .sha384, .sha512: true
        case .md5, .sha1, .blake2b512: false
        }
    }

    /// libcrypto's name of the function.
    var libraryName: StaticString {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA1"
        case .sha224: "SHA2-224"
        case .sha256: "SHA2-256"
        case .sha384: "SHA2-384"
        case .sha512: "SHA2-512"
        case .blake2b512: "BLAKE2B-512"
        }
    }

    /// libcrypto's implementation of the function.
    var fetched: Fetched {
        switch self {
        case .md5: Self.fetchedMD5
        case .sha1: Self.fetchedSHA1
        case .sha224: Self.fetchedSHA224
        case .sha256: Self.fetchedSHA256
        case .sha384: Self.fetchedSHA384
        case .sha512: Self.fetchedSHA512
        case .blake2b512: Self.fetchedBLAKE2b512
        }
    }

    private static let fetchedMD5 = unsafe Fetched(md5.libraryName, EVP_MD_fetch)
    private static let fetchedSHA1 = unsafe Fetched(sha1.libraryName, EVP_MD_fetch)
    private static let fetchedSHA224 = unsafe Fetched(sha224.libraryName, EVP_MD_fetch)
    private static let fetchedSHA256 = unsafe Fetched(sha256.libraryName, EVP_MD_fetch)
    private static let fetchedSHA384 = unsafe Fetched(sha384.libraryName, EVP_MD_fetch)
    private static let fetchedSHA512 = unsafe Fetched(sha512.libraryName, EVP_MD_fetch)
    private static let fetchedBLAKE2b512 = unsafe Fetched(blake2b512.libraryName, EVP_MD_fetch)
}
