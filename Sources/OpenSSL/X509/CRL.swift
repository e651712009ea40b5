import COpenSSL

/// A certificate revocation list (RFC 5280 §5).
///
/// Reading it believes nothing: ``check(certificate:issuer:at:)`` does.
///
/// Unchecked, because it holds a C pointer: it is read once and only asked afterwards, and libcrypto sorts the list for the first search
/// under a lock of its own.
@safe
public struct CRL: ~Copyable, @unchecked Sendable {
    /// The largest public lists have some 50 MB.
    public static let maximumByteCount = 1 << 26

    let list: Owned

    var pointer: OpaquePointer { unsafe list.pointer }

    /// Reads DER, or the first list of PEM.
    /// - Throws: `invalidInput` if there is no list, or bytes behind its DER.
    public init(bytes: RawSpan) throws(OpenSSLError) {
        try Self.reading.require(bytes.byteCount <= Self.maximumByteCount, "more than \(Self.maximumByteCount) bytes")
        let list = Self.isDER(bytes) ? try Self.readDER(bytes) : try Self.readPEM(bytes)
        self.list = list
    }

    private static func isDER(_ bytes: RawSpan) -> Bool {
        // The tag of a SEQUENCE; no text of PEM begins with the digit 0.
        unsafe bytes.withUnsafeBytes { unsafe $0.first == 0x30 }
    }

    private static func readDER(_ bytes: RawSpan) throws(OpenSSLError) -> Owned {
        let count = bytes.byteCount
        var consumed = 0
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var position = unsafe start
            let parsed = unsafe d2i_X509_CRL(nil, &position, count)
            if let start = unsafe start, let position = unsafe position { consumed = unsafe position - start }
            return unsafe parsed
        }
        let list = try unsafe Owned(reading.check(parsed, else: .invalidInput), release: X509_CRL_free)
        try reading.require(consumed == count, "there are bytes behind the list")
        return list
    }

    private static func readPEM(_ bytes: RawSpan) throws(OpenSSLError) -> Owned {
        let parsed = unsafe bytes.withUnsafeBytes { buffer -> OpaquePointer? in
            guard let source = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return nil }
            defer { unsafe BIO_free(source) }
            // Without this, a list that says it is encrypted has libcrypto ask for a passphrase at the terminal.
            return unsafe PEM_read_bio_X509_CRL(source, nil, { _, _, _, _ in 0 }, nil)
        }
        return try unsafe Owned(reading.check(parsed, else: .invalidInput), release: X509_CRL_free)
    }

    private static let reading = Operation("read CRL")
}
