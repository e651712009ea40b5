import Checksums
import OpenSSL

/// The checksum that an upload in parts keeps: algorithm and type, decided when the upload begins
/// (Amazon S3 User Guide, "Checking object integrity": full object and composite checksums).
public struct MultipartChecksum: Sendable, Hashable {
    public let algorithm: ChecksumAlgorithm
    public let type: ChecksumType

    /// - Throws: `InvalidRequest` for a type without an algorithm and for a pair that S3 does not have.
    public init(algorithm: ChecksumAlgorithm?, type: ChecksumType?) throws(ObjectStoreError) {
        guard algorithm != nil || type == nil else {
            throw ObjectStoreError(
                .invalidRequest, "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
        }
        let algorithm = algorithm ?? .default
        let type = type ?? algorithm.defaultMultipartType
        guard algorithm.multipartTypes.contains(type) else {
            throw ObjectStoreError(
                .invalidRequest,
                "The \(type.rawValue) checksum type cannot be used with the \(algorithm.rawValue.lowercased()) checksum algorithm.")
        }
        self.algorithm = algorithm
        self.type = type
    }

    /// One part of a finished object.
    public struct Part: Sendable, Hashable {
        /// Of the part's bytes, by the upload's algorithm.
        public let checksum: Checksum
        public let byteCount: UInt64

        public init(checksum: Checksum, byteCount: UInt64) {
            self.checksum = checksum
            self.byteCount = byteCount
        }
    }

    /// The checksum of the object, without another look at its bytes.
    ///
    /// - Parameter parts: In their order; at least one, each by `algorithm`.
    /// - Throws: `InternalError` if a part has a checksum by another algorithm, or libcrypto fails.
    public func checksum(of parts: [Part]) throws(ObjectStoreError) -> Checksum {
        guard parts.allSatisfy({ $0.checksum.algorithm == algorithm && $0.checksum.type == .fullObject }) else {
            throw ObjectStoreError(.internalError, "A part of the upload has a checksum of another algorithm than the upload.")
        }
        switch type {
        case .fullObject: return try Self.combined(parts, algorithm)
        case .composite: return try composite(of: parts)
        }
    }

    private func composite(of parts: [Part]) throws(ObjectStoreError) -> Checksum {
        var calculator = try ChecksumCalculator([algorithm])
        for part in parts {
            let value = part.checksum.bytes
            try calculator.update(value.bytes)
        }
        let calculated = try calculator.finalize()
        return Checksum(algorithm, bytes: calculated[0].bytes, partCount: parts.count)
    }

    /// The CRC of all bytes from those of consecutive pieces; also for parts of one stream that were calculated in parallel.
    ///
    /// - Throws: `InternalError` for a digest, which cannot be combined.
    public static func combined(_ parts: [Part], _ algorithm: ChecksumAlgorithm) throws(ObjectStoreError) -> Checksum {
        guard let polynomial = algorithm.polynomial else {
            throw ObjectStoreError(.internalError, "\(algorithm.rawValue) of a whole cannot be calculated from its parts.")
        }
        // The CRC of no bytes is 0 and the neutral element.
        let crc = parts.reduce(UInt64(0)) { polynomial.combine($0, $1.checksum.crc, secondByteCount: $1.byteCount) }
        return Checksum(algorithm, crc: crc)
    }
}
