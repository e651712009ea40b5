import OpenSSL
import Synchronization

/// Seals bytes under a master key with a fresh key for every message, and commits to that key.
///
/// Used for everything that KeyStore encrypts: KMS ciphertexts under a key version, key versions and import tokens under
/// the root key. `Docs/Formats/CiphertextBlob.md` gives known answers.
///
///     salt        = 32 random bytes
///     k ‖ c       = KBKDF(master, label, binding ‖ salt, 64 bytes)     SP 800-108r1 counter mode, HMAC-SHA256
///     sealed      = salt ‖ c ‖ AES-256-GCM(k, nonce 0¹², plaintext, aad)
///
/// - A fresh key per message: the number of messages under one master key is not limited by GCM's nonce size
///   (SP 800-38D §8.3), and the nonce can be constant.
/// - The commitment `c` is compared in constant time before anything is decrypted, so that a ciphertext opens under one
///   key only; GCM alone does not promise that.
enum CommittingSeal {
    static let saltByteCount = 32
    static let commitmentByteCount = 32
    static let overhead = saltByteCount + commitmentByteCount + AEADAlgorithm.tagByteCount

    private static let keyByteCount = 32
    private static let nonce = [UInt8](repeating: 0, count: AEADAlgorithm.nonceByteCount)

    static func seal(
        _ plaintext: borrowing SecretBytes, under master: borrowing Mutex<KBKDF>, label: Label, binding: [UInt8],
        authenticating aad: [UInt8]
    ) throws(OpenSSLError) -> [UInt8] {
        let salt = try Random.bytes(saltByteCount)
        let derived = try derive(master, label, binding, salt)
        var aead = try AEAD(.aes256GCM, key: derived.copy(0..<keyByteCount))
        var sealed = salt
        sealed.reserveCapacity(overhead + plaintext.count)
        sealed += derived.withBytes { [UInt8]($0.extracting(keyByteCount..<$0.byteCount)) }
        sealed += try aead.seal(plaintext, nonce: nonce.bytes, authenticating: aad.bytes)
        return sealed
    }

    /// - Throws: `authenticationFailed` for anything that was not sealed under this master key, label, binding and aad.
    static func open(
        _ sealed: [UInt8], under master: borrowing Mutex<KBKDF>, label: Label, binding: [UInt8], authenticating aad: [UInt8]
    ) throws(OpenSSLError) -> SecretBytes {
        guard sealed.count >= overhead else {
            throw OpenSSLError(code: .authenticationFailed, operation: "opening a sealed key", reason: "too short")
        }
        let salt = Array(sealed[..<saltByteCount])
        let commitment = Array(sealed[saltByteCount..<saltByteCount + commitmentByteCount])
        let derived = try derive(master, label, binding, salt)
        let isCommitted = derived.withBytes { bytes in
            ConstantTime.areEqual(bytes.extracting(keyByteCount..<bytes.byteCount), commitment.bytes)
        }
        guard isCommitted else {
            throw OpenSSLError(code: .authenticationFailed, operation: "opening a sealed key", reason: "sealed under another key")
        }
        var aead = try AEAD(.aes256GCM, key: derived.copy(0..<keyByteCount))
        let ciphertext = Array(sealed[(saltByteCount + commitmentByteCount)...])
        return try aead.openSecret(ciphertext.bytes, nonce: nonce.bytes, authenticating: aad.bytes)
    }

    private static func derive(_ master: borrowing Mutex<KBKDF>, _ label: Label, _ binding: [UInt8], _ salt: [UInt8]) throws(OpenSSLError)
        -> SecretBytes
    {
        let (text, context) = (label.text, binding + salt)
        // Only the derivation shares state between callers; sealing and opening run side by side.
        return try master.withLock { master throws(OpenSSLError) in
            try master.derive(label: text.bytes, context: context.bytes, count: keyByteCount + commitmentByteCount)
        }
    }
}

/// What a derived key is for (SP 800-108r1, "Label"). Two purposes never share a key.
struct Label: Sendable {
    /// ASCII.
    let text: [UInt8]
    private init(_ text: StaticString) { self.text = text.withUTF8Buffer { unsafe Array($0) } }

    static let kmsCiphertext = Label("coffer kms ciphertext v1")
    static let keyVersion = Label("coffer key version v1")
    static let importToken = Label("coffer import token v1")
    static let auditKey = Label("coffer audit key v1")
    static let recordMAC = Label("coffer record mac v1")
    static let catalogDigest = Label("coffer catalog digest v1")
}
