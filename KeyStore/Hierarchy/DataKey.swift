import OpenSSL

/// A key made by GenerateDataKey or GenerateDataKeyPair, whose bytes stay inside KeyStore.
///
/// It can become a ``FileKey``. Only `KeyService.exportPlaintext(of:)` turns it into bytes, and that is audited.
public struct DataKey: ~Copyable, Sendable {
    let bytes: SecretBytes
    /// The KMS key that wraps it, for the audit trail.
    let keyARN: String

    init(_ secret: consuming SecretBytes, keyARN: String) {
        self.bytes = secret
        self.keyARN = keyARN
    }

    public var byteCount: Int { bytes.count }
}
