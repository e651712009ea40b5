import COpenSSL

/// An X.509 certificate (RFC 5280 §4) as libcrypto reads it.
///
/// Reading it says nothing about its truth: nothing is verified, and what stands in it is a stranger's word.
///
/// Unchecked, because it holds a C pointer: the certificate is complete when the initializer returns and is never changed; what libcrypto
/// caches inside it lazily it guards with its own lock.
public final class X509Certificate: @unchecked Sendable {
    /// Post-quantum signatures are long; nothing honest is longer than this.
    public static let maximumByteCount = 256 * 1024

    /// The bytes that were read.
    public let der: [UInt8]
    private let owned: Owned

    var pointer: OpaquePointer { unsafe owned.pointer }

    /// Reads DER: what would be written differently, or carries bytes behind it, is refused.
    /// - Throws: `invalidInput` with libcrypto's reason.
    public init(der: [UInt8]) throws(OpenSSLError) {
        let operation = Operation("read certificate")
        let owned = try unsafe ASN1Value.read(der, limit: Self.maximumByteCount, operation, d2i_X509, free: X509_free)
        let canonical = try unsafe ASN1Value.der(operation) { unsafe i2d_X509(owned.pointer, $0) }
        try operation.require(canonical == der, "the certificate is not DER")
        self.der = der
        self.owned = owned
    }

    /// 1 to 3, as people count.
    public var version: Int { unsafe X509_get_version(pointer) + 1 }

    /// The magnitude of the serial number, most significant byte first.
    public var serialNumber: [UInt8] {
        unsafe ASN1Value.bytes(X509_get0_serialNumber(pointer))
    }

    /// RFC 5280 §4.1.2.2 asks for a positive number.
    public var isSerialNumberNegative: Bool {
        unsafe X509_get0_serialNumber(pointer).map { unsafe $0.pointee.type & V_ASN1_NEG != 0 } ?? false
    }

    public func subject() throws(OpenSSLError) -> X509NameText {
        try unsafe X509NameText(X509_get_subject_name(pointer), "subject")
    }

    public func issuer() throws(OpenSSLError) -> X509NameText {
        try unsafe X509NameText(X509_get_issuer_name(pointer), "issuer")
    }

    /// Seconds since 1970 in UTC.
    public func notBefore() throws(OpenSSLError) -> Int64 {
        try unsafe ASN1Value.seconds(X509_get0_notBefore(pointer), Operation("read the start of validity"))
    }

    /// Seconds since 1970 in UTC; the certificate is valid in this second too.
    public func notAfter() throws(OpenSSLError) -> Int64 {
        try unsafe ASN1Value.seconds(X509_get0_notAfter(pointer), Operation("read the end of validity"))
    }

    /// Equal for equal subjects, as libcrypto compares names (RFC 5280 §7.1); also for a few that differ.
    public var subjectHash: UInt { unsafe X509_subject_name_hash(pointer) }
    public var issuerHash: UInt { unsafe X509_issuer_name_hash(pointer) }

    /// Whether subject and issuer are the same name.
    public var isSelfIssued: Bool {
        unsafe X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_issuer_name(pointer)) == 0
    }

    /// The SubjectPublicKeyInfo as it stands in the certificate (RFC 5280 §4.1.2.7).
    public func spkiDER() throws(OpenSSLError) -> [UInt8] {
        try unsafe ASN1Value.der(Operation("write public key of certificate")) { unsafe i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), $0) }
    }
}
