/// What authenticates the records.
public enum SuiteMAC: String, Sendable, Hashable, Codable, CaseIterable {
    case none
    /// The mode authenticates.
    case aead = "AEAD"
    case md5 = "MD5"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case ripemd160 = "RIPEMD160"
    /// GOST 28147-89's and GOST R 34.11's.
    case gost = "GOST"
    /// RFC 9189's, with Kuznyechik or Magma.
    case omac = "OMAC"
}
