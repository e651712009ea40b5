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
