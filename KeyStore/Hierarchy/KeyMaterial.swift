import OpenSSL
import Synchronization

/// Makes, checks and names key material. Material is raw bytes for symmetric and HMAC keys, PKCS#8 DER for asymmetric ones.
enum KeyMaterial {
    static func generate(_ spec: KeySpec) throws(KeyStoreError) -> SecretBytes {
        do throws(OpenSSLError) {
            if let count = spec.materialByteCount { return try SecretBytes(random: count) }
            guard let type = spec.asymmetricType else { preconditionFailure("every spec is symmetric or asymmetric") }
            return try PrivateKey.generate(type).pkcs8DER()
        } catch { throw KeyStoreError(error) }
    }

    /// SubjectPublicKeyInfo DER, nil for symmetric and HMAC keys.
    /// - Throws: `IncorrectKeyMaterialException` when the material is not a key of this spec.
    static func publicKey(of material: borrowing SecretBytes, spec: KeySpec) throws(KeyStoreError) -> [UInt8]? {
        if let count = spec.materialByteCount {
            guard material.count == count else {
                throw KeyStoreError(
                    .incorrectKeyMaterial, "key material for \(spec.rawValue) has \(count) bytes; this has \(material.count)")
            }
            return nil
        }
        do throws(OpenSSLError) {
            let key = try PrivateKey(pkcs8DER: material)
            guard key.type == spec.asymmetricType else {
                throw OpenSSLError(code: .invalidKey, operation: "reading a private key", reason: "not a \(spec.rawValue) key")
            }
            return try key.publicKey().spkiDER()
        } catch {
            throw KeyStoreError(
                .incorrectKeyMaterial, "the key material is not a valid \(spec.rawValue) key in PKCS#8 DER (\(error.reason))")
        }
    }

    /// See `KeyVersionRecord.materialID`.
    static func id(of material: borrowing SecretBytes, keyID: String) throws(KeyStoreError) -> [UInt8] {
        let name = Array("coffer key material id v1".utf8) + (UUIDText.decode(keyID) ?? [])
        do { return try HMAC.authenticate(.sha256, key: material, name.bytes) } catch { throw KeyStoreError(error) }
    }
}

/// A version of a key with its material in locked memory, ready for use.
final class LoadedVersion: Sendable {
    enum Material: Sendable {
        case symmetric(SymmetricMaterial)
        case hmac(HMACMaterial)
        case asymmetric(AsymmetricMaterial)
    }

    let record: KeyVersionRecord
    let material: Material

    init(_ record: KeyVersionRecord, root: RootKey) throws(KeyStoreError) {
        self.record = record
        let secret = try Self.unwrap(record, root: root)
        do throws(OpenSSLError) {
            if record.spec == .symmetricDefault {
                let header = CiphertextBlobHeader(keyID: record.keyID, version: record.version)
                self.material = .symmetric(SymmetricMaterial(try KBKDF(key: secret), header: header))
            } else if record.spec.isHMAC {
                self.material = .hmac(HMACMaterial(secret))
            } else {
                self.material = .asymmetric(AsymmetricMaterial(try PrivateKey(authenticatedPKCS8DER: secret)))
            }
        } catch { throw KeyStoreError(error) }
    }

    static func unwrap(_ record: KeyVersionRecord, root: RootKey) throws(KeyStoreError) -> SecretBytes {
        guard let wrapped = record.wrappedMaterial else {
            throw KeyStoreError(.invalidState, "the material of version \(record.version) of key \(record.keyID) was deleted")
        }
        do throws(OpenSSLError) { return try root.open(wrapped, label: .keyVersion, binding: record.binding) } catch {
            guard error.code == .authenticationFailed else { throw KeyStoreError(error) }
            throw KeyStoreError(.damagedRecord, "the wrapped material in \(record.id) is damaged")
        }
    }
}

/// Classes, so that loaded material can be shared between concurrent operations without ever being copied.
final class SymmetricMaterial: Sendable {
    private let deriver: Mutex<KBKDF>
    /// The same for all ciphertexts of one key version, so encoded once.
    private let prefix: [UInt8]
    private let binding: [UInt8]

    init(_ deriver: consuming sending KBKDF, header: CiphertextBlobHeader) {
        self.deriver = Mutex(deriver)
        self.prefix = header.encoded
        self.binding = header.binding
    }

    func seal(_ plaintext: borrowing SecretBytes, context: EncryptionContext) throws(OpenSSLError) -> [UInt8] {
        let aad = prefix + context.encoded
        return prefix
            + (try CommittingSeal.seal(plaintext, under: deriver, label: .kmsCiphertext, binding: binding, authenticating: aad))
    }

    /// - Parameter blob: its header must name this key version, or it does not open.
    func open(_ blob: [UInt8], context: EncryptionContext) throws(OpenSSLError) -> SecretBytes {
        try CommittingSeal.open(
            Array(blob[CiphertextBlobHeader.byteCount...]), under: deriver, label: .kmsCiphertext, binding: binding,
            authenticating: prefix + context.encoded)
    }
}

final class HMACMaterial: Sendable {
    let key: SecretBytes
    init(_ key: consuming SecretBytes) { self.key = key }
}

final class AsymmetricMaterial: Sendable {
    let key: PrivateKey
    init(_ key: consuming PrivateKey) { self.key = key }
}
