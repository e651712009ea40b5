/// How a checksum of an object is calculated (Amazon S3 User Guide, "Checking object integrity").
public enum ChecksumAlgorithm: String, Sendable, Hashable, CaseIterable {
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case crc64NVME = "CRC64NVME"
    case sha1 = "SHA1"
    case sha256 = "SHA256"

    /// What S3 adds when the request asks for none.
    public static let `default` = ChecksumAlgorithm.crc64NVME

    /// The length of a value in bytes.
    public var byteCount: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64NVME: 8
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// The kinds of checksum that a multipart upload may ask for.
    public var multipartTypes: Set<ChecksumType> {
        switch self {
        case .crc32, .crc32c: [.fullObject, .composite]
        case .crc64NVME: [.fullObject]
        case .sha1, .sha256: [.composite]
        }
    }

    /// What a multipart upload gets that names the algorithm and no type.
    public var defaultMultipartType: ChecksumType { self == .crc64NVME ? .fullObject : .composite }
}

/// What a checksum of an object of parts covers.
public enum ChecksumType: String, Sendable, Hashable, CaseIterable {
    /// All bytes of the object, as if it had been written at once.
    case fullObject = "FULL_OBJECT"
    /// The checksums of the parts, one after the other; written with `-N`, N the number of parts.
    case composite = "COMPOSITE"
}
