import Checksums
import OpenSSL

/// Calculates checksums of one stream of bytes, several at once, in one pass.
public struct ChecksumCalculator: ~Copyable, Sendable {
    private var crcs: [ChecksumAlgorithm: CRC] = [:]
    private var sha1: Digest?
    private var sha256: Digest?
    private let algorithms: [ChecksumAlgorithm]
    /// The number of bytes so far.
    public private(set) var byteCount: UInt64 = 0

    /// - Throws: `InternalError` if the installed libcrypto lacks a digest.
    public init(_ algorithms: Set<ChecksumAlgorithm>) throws(ObjectStoreError) {
        self.algorithms = ChecksumAlgorithm.allCases.filter(algorithms.contains)
        sha1 = algorithms.contains(.sha1) ? try Self.digest(.sha1) : nil
        sha256 = algorithms.contains(.sha256) ? try Self.digest(.sha256) : nil
        for algorithm in self.algorithms {
            if let polynomial = algorithm.polynomial { crcs[algorithm] = CRC(polynomial) }
        }
    }

    /// Adds bytes to the stream.
    public mutating func update(_ bytes: RawSpan) throws(ObjectStoreError) {
        byteCount += UInt64(bytes.byteCount)
        for algorithm in algorithms {
            crcs[algorithm]?.update(bytes)
        }
        do throws(OpenSSLError) {
            try sha1?.update(bytes)
            try sha256?.update(bytes)
        } catch {
            throw ObjectStoreError(.internalError, "A checksum could not be calculated: \(error)")
        }
    }

    /// The checksum of all bytes so far for each algorithm, in the order of `ChecksumAlgorithm.allCases`.
    public consuming func finalize() throws(ObjectStoreError) -> [Checksum] {
        var checksums: [Checksum] = []
        for algorithm in algorithms {
            checksums.append(try value(of: algorithm))
        }
        return checksums
    }

    private mutating func value(of algorithm: ChecksumAlgorithm) throws(ObjectStoreError) -> Checksum {
        do throws(OpenSSLError) {
            if let digest = try algorithm == .sha1 ? sha1?.finalize() : algorithm == .sha256 ? sha256?.finalize() : nil {
                return Checksum(algorithm, bytes: digest)
            }
        } catch {
            throw ObjectStoreError(.internalError, "A checksum could not be calculated: \(error)")
        }
        return Checksum(algorithm, crc: crcs[algorithm]?.value ?? 0)
    }

    private static func digest(_ algorithm: DigestAlgorithm) throws(ObjectStoreError) -> Digest {
        do throws(OpenSSLError) {
            return try Digest(algorithm)
        } catch {
            throw ObjectStoreError(.internalError, "The installed OpenSSL offers no \(algorithm.rawValue): \(error)")
        }
    }
}

extension ChecksumAlgorithm {
    /// nil for a digest.
    var polynomial: CRCPolynomial? {
        switch self {
        case .crc32: .crc32
        case .crc32c: .crc32c
        case .crc64NVME: .crc64NVME
        case .sha1, .sha256: nil
        }
    }
}

extension Checksum {
    /// Big-endian, as S3 writes a CRC.
    init(_ algorithm: ChecksumAlgorithm, crc: UInt64, partCount: Int? = nil) {
        let bytes = (0..<algorithm.byteCount).map { UInt8(truncatingIfNeeded: crc >> UInt64(8 * (algorithm.byteCount - 1 - $0))) }
        self.init(algorithm, bytes: bytes, partCount: partCount)
    }

    /// The number that the bytes of a CRC stand for.
    var crc: UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
