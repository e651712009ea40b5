import OpenSSL

/// What ties GetParametersForImport to ImportKeyMaterial. The token carries the wrapping key's private half, sealed under the
/// root key: nothing is stored, any number of imports can be under way, and rotating the root key ends them all.
struct ImportToken {
    let keyID: String
    let algorithm: WrappingAlgorithm
    let validTo: Timestamp

    private static let magic = Array("CIT1".utf8)
    private static let maximumByteCount = 6144

    /// Public and authenticated: magic, key ID, algorithm, end of validity.
    private var header: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(keyID)
        writer.append(algorithm.rawValue)
        writer.append(validTo.nanoseconds)
        return writer.bytes
    }

    func sealed(with wrappingKey: borrowing PrivateKey, under root: RootKey) throws(OpenSSLError) -> [UInt8] {
        header + (try root.seal(wrappingKey.pkcs8DER(), label: .importToken, binding: [], authenticating: header))
    }

    private func wrappingKey(in sealed: [UInt8], under root: RootKey, otherwise invalid: KeyStoreError) throws(KeyStoreError)
        -> PrivateKey
    {
        do throws(OpenSSLError) {
            return try PrivateKey(authenticatedPKCS8DER: root.open(sealed, label: .importToken, binding: [], authenticating: header))
        } catch { throw invalid }
    }

    /// A token that this store gave out for this key and that is still valid.
    struct Opened: ~Copyable {
        private let wrappingKey: PrivateKey
        private let algorithm: WrappingAlgorithm

        init(_ bytes: [UInt8], for keyID: String, under root: RootKey, now: Timestamp) throws(KeyStoreError) {
            let invalid = KeyStoreError(.invalidImportToken, "the import token was not given out by this store for this key")
            guard bytes.count <= ImportToken.maximumByteCount else { throw invalid }
            var reader = ByteReader(bytes)
            guard reader.readBytes(ImportToken.magic.count) == ImportToken.magic, let tokenKeyID = reader.readPrefixedString(),
                let algorithm = reader.readEnum(WrappingAlgorithm.self), let validTo = reader.readTimestamp(), tokenKeyID == keyID
            else { throw invalid }
            let token = ImportToken(keyID: tokenKeyID, algorithm: algorithm, validTo: validTo)
            let wrappingKey = try token.wrappingKey(in: reader.readRemaining(), under: root, otherwise: invalid)
            guard now <= validTo else {
                throw KeyStoreError(.expiredImportToken, "the import token has expired; get new parameters for import")
            }
            self.wrappingKey = wrappingKey
            self.algorithm = algorithm
        }

        /// - Throws: `InvalidCiphertextException`, the same for everything that can be wrong with the wrapped material.
        func unwrap(_ encrypted: [UInt8]) throws(KeyStoreError) -> SecretBytes {
            let none = [UInt8]()
            do throws(OpenSSLError) {
                guard algorithm.usesAESKeyWrap, case .rsa(let bits) = wrappingKey.type else {
                    return try wrappingKey.decryptOAEP(encrypted.bytes, digest: algorithm.digest, label: none.bytes)
                }
                let modulusByteCount = bits / 8
                guard encrypted.count > modulusByteCount else {
                    throw OpenSSLError(code: .invalidInput, operation: "unwrapping key material", reason: "too short")
                }
                let head = Array(encrypted[..<modulusByteCount])
                let wrapped = Array(encrypted[modulusByteCount...])
                let key = try wrappingKey.decryptOAEP(head.bytes, digest: algorithm.digest, label: none.bytes)
                return try AESKeyWrap.unwrapPadded(wrapped.bytes, with: key)
            } catch { throw KeyStoreError(.invalidCiphertext, "the encrypted key material cannot be unwrapped with this import token") }
        }
    }
}
