import COpenSSL

/// A piece of the secure heap with one owner, who may write to it: what a `SecretBytes` is made from. Wiped when it is released.
@safe
struct SecureAllocation: ~Copyable {
    let buffer: UnsafeMutableRawBufferPointer

    /// Takes zeroed memory. A piece without bytes takes the smallest one, so that each has an address.
    init(_ count: Int) throws(OpenSSLError) {
        let operation = Operation("allocate secret")
        let largest = SecretBytes.maximumByteCount
        try operation.require(count >= 0 && count <= largest, "\(count) bytes asked, 0...\(largest) allowed")
        try SecureHeap.initialize()
        guard let start = unsafe CRYPTO_secure_zalloc(max(count, 1), nil, 0) else { throw operation.failure(.outOfSecureMemory) }
        unsafe buffer = unsafe UnsafeMutableRawBufferPointer(start: start, count: count)
    }

    deinit {
        // Wipes the whole piece, not only the bytes that were asked for, before it goes back to the heap.
        unsafe CRYPTO_secure_clear_free(buffer.baseAddress, buffer.count, nil, 0)
    }
}
