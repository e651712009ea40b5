import CChecksums

/// A CRC over bytes that come in pieces: by carry-less multiplication where the processor has it, eight bytes at a time by table
/// elsewhere.
public struct CRC: Sendable {
    static let tableCount = 8

    public let polynomial: CRCPolynomial
    private var register: UInt64

    public init(_ polynomial: CRCPolynomial) {
        self.polynomial = polynomial
        register = polynomial.allOnes
    }

    /// The CRC of the bytes so far.
    public var value: UInt64 { register ^ polynomial.allOnes }

    public mutating func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// As `update`, by table alone: what processors without the instruction do.
    package mutating func updateByTable(_ bytes: RawSpan) {
        register = bytes.withUnsafeBytes { Self.register(after: $0, from: register, polynomial) }
    }

    private mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let folded = fold(bytes)
        register = Self.register(after: UnsafeRawBufferPointer(rebasing: bytes[folded...]), from: register, polynomial)
    }

    /// - Returns: How many bytes of the start are in the register now.
    private mutating func fold(_ bytes: UnsafeRawBufferPointer) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { remainder in
            let constants = (polynomial.fold512.0, polynomial.fold512.1, polynomial.fold128.0, polynomial.fold128.1)
            let folded = withUnsafeBytes(of: constants) { constants in
                let words = constants.bindMemory(to: UInt64.self)
                guard let fold = words.baseAddress, let output = remainder.baseAddress else { return 0 }
                return coffer_crc_fold(
                    register, bytes.baseAddress, bytes.count, fold, fold + 2, output.assumingMemoryBound(to: UInt8.self))
            }
            if folded > 0 { register = Self.register(after: UnsafeRawBufferPointer(remainder), from: 0, polynomial) }
            return folded
        }
    }

    private static func register(after bytes: UnsafeRawBufferPointer, from start: UInt64, _ polynomial: CRCPolynomial) -> UInt64 {
        polynomial.tables.withUnsafeBufferPointer { tables in
            var register = start
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = register ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                register = tables[7 * 256 + Int(word & 255)] ^ tables[6 * 256 + Int(word >> 8 & 255)]
                register ^= tables[5 * 256 + Int(word >> 16 & 255)] ^ tables[4 * 256 + Int(word >> 24 & 255)]
                register ^= tables[3 * 256 + Int(word >> 32 & 255)] ^ tables[2 * 256 + Int(word >> 40 & 255)]
                register ^= tables[1 * 256 + Int(word >> 48 & 255)] ^ tables[Int(word >> 56)]
                offset += 8
            }
            while offset < bytes.count {
                register = tables[Int((register ^ UInt64(bytes[offset])) & 255)] ^ register >> 8
                offset += 1
            }
            return register
        }
    }
}
