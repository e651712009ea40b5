import COpenSSL

/// A secret that grows: for reading a passphrase, or for putting secrets together before they are sealed.
///
/// Fixed capacity in the secure heap, zeroed at the end of its life. One owner.
///
/// `@unchecked Sendable`: the storage is reachable through this value alone, which has one owner, and `mutating` keeps calls apart.
public struct SecretBuffer: ~Copyable, @unchecked Sendable {
    public let capacity: Int
    public private(set) var count = 0
    private let memory: SecureAllocation

    /// - Parameter capacity: in bytes; at least 1.
    /// - Throws: `outOfSecureMemory`.
    public init(capacity: Int) throws(OpenSSLError) {
        self.memory = try SecureAllocation(capacity)
        self.capacity = capacity
    }

    /// - Throws: `invalidInput` when the bytes do not fit; nothing is appended then.
    public mutating func append(_ bytes: RawSpan) throws(OpenSSLError) {
        guard bytes.byteCount <= capacity - count else {
            throw OpenSSLError(code: .invalidInput, operation: "appending to a secret", reason: "longer than \(capacity) bytes")
        }
        unsafe bytes.withUnsafeBytes {
            unsafe UnsafeMutableRawBufferPointer(rebasing: memory.buffer[count...]).copyMemory(from: $0)
        }
        count += bytes.byteCount
    }

    /// Hands out the free room; `body` returns how much of it it filled.
    public mutating func fill<E: Error>(_ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int) throws(E) {
        let filled = try unsafe body(UnsafeMutableRawBufferPointer(rebasing: memory.buffer[count...]))
        precondition(filled >= 0 && filled <= capacity - count, "filled beyond the capacity of a secret buffer")
        count += filled
    }

    public borrowing func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(rebasing: memory.buffer[..<count]).bytes)
    }

    /// The whole capacity, for work in place.
    public mutating func withMutableBytes<R: ~Copyable, E: Error>(_ body: (UnsafeMutableRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe body(memory.buffer)
    }

    /// Sets the count after work in place.
    public mutating func setCount(_ count: Int) {
        precondition(count >= 0 && count <= capacity, "a secret buffer cannot hold more than its capacity")
        self.count = count
    }

    /// Forgets the content, and leaves none of it behind.
    public mutating func removeAll() {
        unsafe OPENSSL_cleanse(memory.buffer.baseAddress, capacity)
        count = 0
    }
}
