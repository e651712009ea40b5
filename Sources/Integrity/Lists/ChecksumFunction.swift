import Checksums
public import OpenSSL

/// What turns a content into a checksum, as lists of checksums know it.
///
/// MD5, SHA-1 and the CRCs tell accidents, not attacks: whoever can choose a content can give it any checksum of theirs, or give two contents one.
public enum ChecksumFunction: String, Sendable, Hashable, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512
    /// BLAKE2b with 64 bytes (RFC 7693), as `b2sum` computes it.
    case blake2b
    /// CRC-32/ISO-HDLC, that of zlib and gzip.
    case crc32
    /// CRC-32/ISCSI (Castagnoli).
    case crc32c
    case crc64nvme

    /// Reads a name in the ways in which people and programs write it: `sha256`, `SHA-256`, `SHA2-256`, `BLAKE2b`, `BLAKE2B-512`.
    /// - Returns: nil for a function that is not known here, also for a shorter BLAKE2b.
    public init?(name: String) {
        let name = name.lowercased()
        guard let function = Self.allCases.first(where: { $0.names.contains(name) }) else { return nil }
        self = function
    }

    public init(_ digest: DigestAlgorithm) {
        switch digest {
        case .md5: self = .md5
        case .sha1: self = .sha1
        case .sha224: self = .sha224
        case .sha256: self = .sha256
        case .sha384: self = .sha384
        case .sha512: self = .sha512
        case .blake2b512: self = .blake2b
        }
    }

    /// nil for a CRC.
    public var digest: DigestAlgorithm? {
        switch self {
        case .md5: .md5
        case .sha1: .sha1
        case .sha224: .sha224
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        case .blake2b: .blake2b512
        case .crc32, .crc32c, .crc64nvme: nil
        }
    }

    /// The length of a checksum in bytes.
    public var byteCount: Int {
        switch self {
        case .md5, .sha1, .sha224, .sha256, .sha384, .sha512, .blake2b: digest?.byteCount ?? 0
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        }
    }

    /// How the function is called in a list with tags: `SHA256`, `BLAKE2b`.
    public var tag: String { self == .blake2b ? "BLAKE2b" : rawValue.uppercased() }

    /// nil for a digest.
    var polynomial: CRCPolynomial? {
        switch self {
        case .crc32: .crc32
        case .crc32c: .crc32c
        case .crc64nvme: .crc64NVME
        case .md5, .sha1, .sha224, .sha256, .sha384, .sha512, .blake2b: nil
        }
    }

    /// All that are read, in lower case.
    private var names: [String] {
        switch self {
        case .md5: [rawValue]
        case .sha1: [rawValue, "sha-1"]
        // OpenSSL tells SHA-2 from SHA-3 in the name.
        case .sha224, .sha256, .sha384, .sha512: [rawValue] + ["sha-", "sha_", "sha2-"].map { $0 + rawValue.dropFirst(3) }
        case .blake2b: [rawValue, "blake2b-512", "blake2b512", "b2"]
        case .crc32: [rawValue, "crc-32"]
        case .crc32c: [rawValue, "crc-32c"]
        case .crc64nvme: [rawValue, "crc64-nvme", "crc-64/nvme"]
        }
    }
}
