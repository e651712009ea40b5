import COpenSSL

/// An OCSP response (RFC 6960 §4.2): what an authority, or somebody it named, says about the revocation of certificates.
///
/// Reading it believes nothing: ``check(certificate:issuer:at:)`` does.
///
/// Unchecked, because it holds a C pointer: it is read once and only asked afterwards, by one owner.
@safe
public struct OCSPResponse: ~Copyable, @unchecked Sendable {
    public static let maximumByteCount = 1 << 16
    /// Certificates of responders that are looked at.
    static let maximumCertificateCount = 16

    public let status: OCSPResponseStatus
    /// What is signed; nil unless `status` is successful.
    private let signed: Owned?

    var basic: OpaquePointer? {
        switch signed {
        case .some(let owned): unsafe owned.pointer
        case .none: nil
        }
    }

    /// - Throws: `invalidInput` unless the bytes are one response and nothing else, with a basic response (id-pkix-ocsp-basic) if it is
    ///   a successful one.
    public init(der: RawSpan) throws(OpenSSLError) {
        let operation = Self.reading
        let count = der.byteCount
        try operation.require(count <= Self.maximumByteCount, "more than \(Self.maximumByteCount) bytes")
        var consumed = 0
        let parsed = unsafe der.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var position = unsafe start
            let parsed = unsafe d2i_OCSP_RESPONSE(nil, &position, count)
            if let start = unsafe start, let position = unsafe position { consumed = unsafe position - start }
            return unsafe parsed
        }
        let response = try unsafe Owned(operation.check(parsed, else: .invalidInput), release: OCSP_RESPONSE_free)
        try operation.require(consumed == count, "there are bytes behind the response")
        let code = unsafe OCSP_response_status(response.pointer)
        guard let status = OCSPResponseStatus(rawValue: code) else {
            throw OpenSSLError(code: .invalidInput, operation: operation.name, reason: "the response status \(code) does not exist")
        }
        var signed: Owned?
        if status == .successful {
            let pointer = try unsafe operation.check(OCSP_response_get1_basic(response.pointer), else: .invalidInput)
            signed = unsafe Owned(pointer, release: OCSP_BASICRESP_free)
        }
        self.status = status
        self.signed = signed
    }

    static let reading = Operation("read OCSP response")
}

/// What a responder says before it says anything about a certificate (RFC 6960 §4.2.1).
public enum OCSPResponseStatus: Int32, Sendable, Hashable, CaseIterable {
    case successful = 0
    case malformedRequest = 1
    case internalError = 2
    case tryLater = 3
    case signatureRequired = 5
    case unauthorized = 6

    /// As the standard calls it.
    public var name: String {
        switch self {
        case .successful: "successful"
        case .malformedRequest: "malformedRequest"
        case .internalError: "internalError"
        case .tryLater: "tryLater"
        case .signatureRequired: "sigRequired"
        case .unauthorized: "unauthorized"
        }
    }
}
