import COpenSSL
import COpenSSLShims

/// Names of certificate authorities as text.
public enum DistinguishedName {
    /// A name takes a few hundred bytes.
    public static let maximumByteCount = 1 << 16

    /// A DER name as RFC 4514 writes it: `CN=example.com,O=Example`.
    /// - Throws: `invalidInput` for what is not one whole DER name.
    public static func text(der: [UInt8]) throws(OpenSSLError) -> String {
        let operation = Operation("read a distinguished name")
        try operation.require(!der.isEmpty && der.count <= maximumByteCount, "a name of \(der.count) bytes")
        var consumed = 0
        let parsed = unsafe der.withUnsafeBufferPointer { der -> OpaquePointer? in
            var position = der.baseAddress
            let name = unsafe d2i_X509_NAME(nil, &position, der.count)
            if let start = der.baseAddress, let position = unsafe position { consumed = unsafe position - start }
            return unsafe name
        }
        let name = try unsafe Owned(operation.check(parsed, else: .invalidInput), release: X509_NAME_free)
        try operation.require(consumed == der.count, "there are bytes behind it")
        let output = try unsafe Owned(operation.check(BIO_new(BIO_s_mem())), release: { unsafe _ = BIO_free($0) })
        guard unsafe X509_NAME_print_ex(output.pointer, name.pointer, 0, coffer_name_text_flags) >= 0 else {
            throw operation.failure(.invalidInput)
        }
        var text = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(output.pointer))
        var count = 0
        if !text.isEmpty { try unsafe operation.check(BIO_read_ex(output.pointer, &text, text.count, &count)) }
        Operation.discardErrors()
        return String(decoding: text.prefix(count), as: UTF8.self)
    }
}
