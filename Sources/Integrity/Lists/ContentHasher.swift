import Checksums
import OpenSSL

/// Computes checksums of one content that comes in pieces, several at once, in one pass.
public struct ContentHasher: ~Copyable {
    /// A digest has one owner, and an array can hold references to owners alone.
    private final class RunningDigest {
        var digest: Digest

        init(_ algorithm: DigestAlgorithm) throws(OpenSSLError) { digest = try Digest(algorithm) }
    }

    private enum Running {
        case digest(RunningDigest)
        case crc(CRC)
    }

    private let functions: [ChecksumFunction]
    private var running: [Running] = []
    /// The number of bytes so far.
    public private(set) var byteCount: UInt64 = 0

    /// - Throws: `unsupported` if the installed libcrypto does not have one of the functions.
    public init(_ functions: [ChecksumFunction]) throws(IntegrityError) {
        self.functions = functions
        for function in functions {
            if let polynomial = function.polynomial { running.append(.crc(CRC(polynomial))) }
            guard let algorithm = function.digest else { continue }
            do {
                running.append(.digest(try RunningDigest(algorithm)))
            } catch {
                throw IntegrityError(error)
            }
        }
    }

    /// Adds bytes to the content.
    public mutating func update(_ bytes: RawSpan) throws(IntegrityError) {
        byteCount += UInt64(bytes.byteCount)
        for index in running.indices {
            switch running[index] {
            case .crc(var crc):
                crc.update(bytes)
                running[index] = .crc(crc)
            case .digest(let running):
                do {
                    try running.digest.update(bytes)
                } catch {
                    throw IntegrityError(error)
                }
            }
        }
    }

    /// The checksums of all bytes, in the order of the functions.
    public consuming func finalize() throws(IntegrityError) -> ContentChecksums {
        var checksums: [ContentChecksum] = []
        for (function, running) in zip(functions, running) {
            switch running {
            case .crc(let crc): checksums.append(ContentChecksum(function, crc: crc.value))
            case .digest(let running):
                do {
                    checksums.append(ContentChecksum(function, bytes: try running.digest.finalize()))
                } catch {
                    throw IntegrityError(error)
                }
            }
        }
        return ContentChecksums(byteCount: byteCount, checksums: checksums)
    }
}
