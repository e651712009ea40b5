import COpenSSL

/// A secret: bytes in the secure heap, with one owner, not changed after they were made, wiped at the end of their life.
///
/// The compiler allows no copy, there is no `description`, and the only comparison takes the same time whatever the content.
///
/// Unchecked, because a raw pointer is not `Sendable`: the memory is written only inside the initializers, before any other
/// thread can see the value; afterwards it is only read, until the one owner frees it. OpenSSL's secure heap takes a lock
/// around each allocation and release.
public struct SecretBytes: ~Copyable, @unchecked Sendable {
    /// The most bytes that one secret can hold: half of the heap, the largest piece that is left once anything else is in it.
    public static let maximumByteCount = SecureHeap.byteCount / 2

    private let memory: SecureAllocation

    /// The number of bytes, which is not secret.
    public var count: Int {
        unsafe memory.buffer.count
    }

    /// Makes a secret from libcrypto's random generator for private values.
    /// - Parameter count: 0 to `maximumByteCount`, here as in the other initializers; else `invalidInput` is thrown.
    public init(random count: Int) throws(OpenSSLError) {
        let memory = try SecureAllocation(count)
        try unsafe Operation("generate secret").check(RAND_priv_bytes(memory.buffer.baseAddress, Int32(count)))
        self.memory = memory
    }

    /// Copies bytes into the secure heap. Whoever made them wipes the original.
    public init(copying bytes: RawSpan) throws(OpenSSLError) {
        memory = try SecureAllocation(bytes.byteCount)
        unsafe bytes.withUnsafeBytes { unsafe memory.buffer.copyMemory(from: $0) }
    }

    /// Makes a secret of `count` bytes, which `body` writes. They are zero before; if `body` throws they are wiped and gone.
    public init(
        count: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(OpenSSLError) -> Void
    ) throws(OpenSSLError) {
        let memory = try SecureAllocation(count)
        try unsafe body(memory.buffer)
        self.memory = memory
    }

    /// Makes a secret of `count` bytes, which `body` writes. They are zero before; if `body` throws they are wiped and gone.
    /// - Throws: what `body` throws, or `OpenSSLError`.
    @_disfavoredOverload
    public init<E: Error>(count: Int, initializingWith body: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws {
        let memory = try SecureAllocation(count)
        try unsafe body(memory.buffer)
        self.memory = memory
    }

    /// Lends the bytes for the time of one call.
    public borrowing func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(memory.buffer).bytes)
    }

    /// Lends the bytes to code that needs their address. It must not escape from `body`.
    public borrowing func withUnsafeBytes<R: ~Copyable, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(memory.buffer))
    }

    /// Makes a second secret with the same bytes: the one way to have two, and visible where it happens.
    public borrowing func copy() throws(OpenSSLError) -> SecretBytes {
        try copy(0..<count)
    }

    /// Makes a second secret from some of the bytes.
    /// - Throws: `invalidInput` if `range` reaches outside `0..<count`.
    public borrowing func copy(_ range: Range<Int>) throws(OpenSSLError) -> SecretBytes {
        try Operation("copy secret").require(range.lowerBound >= 0 && range.upperBound <= count, "\(range) is not in 0..<\(count)")
        return try withBytes { (bytes) throws(OpenSSLError) in try SecretBytes(copying: bytes.extracting(range)) }
    }

    /// Compares in a time that depends on the lengths alone.
    public borrowing func isEqual(to other: borrowing SecretBytes) -> Bool {
        guard count == other.count else { return false }
        return unsafe CRYPTO_memcmp(memory.buffer.baseAddress, other.memory.buffer.baseAddress, count) == 0
    }
}
