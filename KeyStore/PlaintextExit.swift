import AuditTrail
public import OpenSSL

/// The one way by which key bytes leave KeyStore. Everything else that other modules get is a ciphertext, a public key or an
/// opaque value. Each call is an event of its own in the audit trail, durable before the bytes are handed out.
///
/// (Decrypt and DeriveSharedSecret return what a caller asked to be decrypted or agreed, not a key of the hierarchy; they
/// are recorded under their own names.)
extension LocalKeyService {
    public func exportPlaintext(of dataKey: borrowing DataKey) async throws(KeyStoreError) -> SecretBytes {
        var event = OperationEvent(
            "ExportDataKey", source: .coffer, readOnly: true, [("numberOfBytes", .integer(Int64(dataKey.byteCount)))])
        event.concerns(dataKey.keyARN)
        let bytes = try dataKey.bytes.duplicate()
        try await use(event) { _ throws(KeyStoreError) in }
        return bytes
    }
}

/// The file key of one file, for a plugin of the age protocol: it wraps what it is given, and gives back what it unwrapped.
///
/// No event is written here, because a file may have no KMS key at all; where it has one, GenerateDataKey, Encrypt or Decrypt has
/// recorded already that the file key was handed out.
extension FileKey {
    public borrowing func exportForPlugin() throws(KeyStoreError) -> SecretBytes {
        try bytes.duplicate()
    }

    /// Takes the file key that a plugin unwrapped.
    /// - Throws: `InvalidCiphertextException` when it does not have 16 bytes.
    public init(fromPlugin bytes: borrowing SecretBytes) throws(KeyStoreError) {
        try self.init(copying: bytes)
    }
}
