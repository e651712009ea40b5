import COpenSSL

/// A whole number of libcrypto's (a BIGNUM), not negative.
struct BigNumber: ~Copyable {
    private let owned: Owned

    /// It must not outlive the value.
    var pointer: OpaquePointer { unsafe owned.pointer }

    /// Zero.
    init(_ operation: Operation) throws(OpenSSLError) {
        owned = try unsafe Owned(operation.check(BN_new()), release: BN_free)
    }

    /// Zero, to become a secret: it lies in the secure heap, and division by it takes libcrypto's path of constant time.
    init(secret operation: Operation) throws(OpenSSLError) {
        try SecureHeap.initialize()
        owned = try unsafe Owned(operation.check(BN_secure_new()), release: BN_clear_free)
        unsafe BN_set_flags(owned.pointer, BN_FLG_CONSTTIME)
    }

    /// A public number, most significant byte first.
    init(_ operation: Operation, bigEndian bytes: [UInt8]) throws(OpenSSLError) {
        let number = try unsafe operation.check(bytes.withUnsafeBytes { unsafe Self.read($0, into: BN_new()) })
        owned = unsafe Owned(number, release: BN_free)
    }

    /// A secret number, most significant byte first.
    init(_ operation: Operation, secretBigEndian bytes: borrowing SecretBytes) throws(OpenSSLError) {
        try SecureHeap.initialize()
        let number = try unsafe operation.check(bytes.withUnsafeBytes { unsafe Self.read($0, into: BN_secure_new()) })
        unsafe BN_set_flags(number, BN_FLG_CONSTTIME)
        owned = unsafe Owned(number, release: BN_clear_free)
    }

    /// Reads into a number just made; frees it if that fails.
    private static func read(_ bytes: UnsafeRawBufferPointer, into number: OpaquePointer?) -> OpaquePointer? {
        guard let number = unsafe number else { return nil }
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        if unsafe BN_bin2bn(start, Int32(bytes.count), number) != nil { return unsafe number }
        unsafe BN_clear_free(number)
        return nil
    }

    var byteCount: Int { unsafe (Int(BN_num_bits(pointer)) + 7) / 8 }
    var bitCount: Int { unsafe Int(BN_num_bits(pointer)) }
    var isOdd: Bool { unsafe BN_is_odd(pointer) == 1 }
    var isZero: Bool { unsafe BN_is_zero(pointer) == 1 }
    var isOne: Bool { unsafe BN_is_one(pointer) == 1 }

    /// Most significant byte first, in the secure heap.
    func secretBigEndian(_ operation: Operation) throws(OpenSSLError) -> SecretBytes {
        try unsafe SecretBytes(count: byteCount) { (buffer) throws(OpenSSLError) in
            let written = unsafe BN_bn2binpad(pointer, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(buffer.count))
            guard Int(written) == buffer.count else { throw operation.failure(.libraryFailure) }
        }
    }

    /// A public number, least significant byte first.
    func littleEndian(count: Int, _ operation: Operation) throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let written = unsafe bytes.withUnsafeMutableBytes {
            unsafe BN_bn2lebinpad(pointer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32($0.count))
        }
        guard Int(written) == count else { throw operation.failure(.libraryFailure) }
        return bytes
    }
}
