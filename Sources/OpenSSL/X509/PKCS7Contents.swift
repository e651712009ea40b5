import COpenSSL

/// The certificates and revocation lists of a PKCS#7 file (RFC 2315 §9.1), which is signed data that nobody signed.
public struct PKCS7Contents: Sendable, Hashable {
    public static let maximumByteCount = 16 * 1024 * 1024

    /// DER.
    public let certificates: [[UInt8]]
    public let revocationLists: [[UInt8]]

    /// - Throws: `invalidInput` for anything but one whole PKCS#7, `unsupported` for one of another kind, as enveloped data.
    public init(der: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("read PKCS#7")
        try operation.require(der.count <= Self.maximumByteCount, "more than \(Self.maximumByteCount) bytes")
        var readCount = 0
        let parsed = unsafe der.withUnsafeBytes { buffer -> UnsafeMutablePointer<PKCS7>? in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var position = unsafe start
            let contents = unsafe d2i_PKCS7(nil, &position, buffer.count)
            if let start = unsafe start, let position = unsafe position { readCount = unsafe position - start }
            return unsafe contents
        }
        guard let contents = unsafe parsed else { throw operation.failure(.invalidInput) }
        defer { unsafe PKCS7_free(contents) }
        Operation.discardErrors()
        try operation.require(readCount == der.count, "there are bytes behind it")
        let (certificates, lists) = try unsafe Self.stacks(contents.pointee, operation)
        self.certificates = unsafe try certificates.derOfAll(operation) { unsafe i2d_X509(OpaquePointer($0), $1) }
        revocationLists = unsafe try lists.derOfAll(operation) { unsafe i2d_X509_CRL(OpaquePointer($0), $1) }
    }

    private static func stacks(_ contents: PKCS7, _ operation: Operation) throws(OpenSSLError) -> (X509Stack, X509Stack) {
        switch unsafe OBJ_obj2nid(contents.type) {
        case NID_pkcs7_signed:
            guard let signed = unsafe contents.d.sign else { break }
            return unsafe (X509Stack(signed.pointee.cert), X509Stack(signed.pointee.crl))
        case NID_pkcs7_signedAndEnveloped:
            guard let signed = unsafe contents.d.signed_and_enveloped else { break }
            return unsafe (X509Stack(signed.pointee.cert), X509Stack(signed.pointee.crl))
        default:
            let name = unsafe ASN1Value.longName(contents.type)
            throw OpenSSLError(code: .unsupported, operation: operation.name, reason: "\(name) holds no certificates that can be read")
        }
        throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "there is no content")
    }
}

extension X509Stack {
    /// The DER of each element.
    func derOfAll(
        _ operation: Operation, _ write: (UnsafeMutableRawPointer, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) throws(OpenSSLError) -> [[UInt8]] {
        var all: [[UInt8]] = []
        try unsafe forEach { (element) throws(OpenSSLError) in
            all.append(try unsafe ASN1Value.der(operation) { unsafe write(element, $0) })
        }
        return all
    }
}
