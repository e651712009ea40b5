import KeyStore
import OpenSSL
import Synchronization

/// An ssh private key in its file: OpenSSH's own form, encrypted or not, or PKCS#8 or PKCS#1 in PEM, not encrypted.
final class SSHPrivateKeyFile: Sendable {
    private static let firstBytes = Array("-----BEGIN ".utf8)

    let publicKey: SSHPublicKey
    /// Set when the private half is encrypted.
    private let sealed: (file: OpenSSHKeyFile, encryption: OpenSSHKeyFile.Encryption)?
    /// The private half, once it is known.
    private let opened: Mutex<SSHPrivateKey?>

    /// Whether a file begins as one of them.
    static func isOne(_ contents: borrowing SecretBytes) -> Bool {
        unsafe contents.withUnsafeBytes { unsafe $0.starts(with: firstBytes) }
    }

    /// - Throws: `malformedKey`; the message does not name the file.
    init(_ contents: borrowing SecretBytes) throws(EnvelopeError) {
        let block = try PEMBlock(contents)
        switch block.label {
        case "OPENSSH PRIVATE KEY":
            let file = try OpenSSHKeyFile(block.content.duplicated())
            publicKey = file.publicKey
            if let encryption = file.encryption {
                sealed = (file, encryption)
                opened = Mutex(nil)
            } else {
                sealed = nil
                opened = Mutex(try file.privateKey())
            }
        case "PRIVATE KEY", "RSA PRIVATE KEY":
            let key = try Self.read(block)
            publicKey = key.publicKey
            sealed = nil
            opened = Mutex(key)
        default: throw Self.unsupported(label: block.label)
        }
    }

    private static func read(_ block: borrowing PEMBlock) throws(EnvelopeError) -> SSHPrivateKey {
        let key: PrivateKey
        do throws(OpenSSLError) {
            key = block.label == "PRIVATE KEY" ? try PrivateKey(ownPKCS8DER: block.content) : try PrivateKey(ownPKCS1DER: block.content)
        } catch { throw EnvelopeError(sshKey: error) }
        return try SSHPrivateKey.of(key)
    }

    private static func unsupported(label: String) -> EnvelopeError {
        switch label {
        case "ENCRYPTED PRIVATE KEY":
            EnvelopeError(
                .malformedKey,
                "the key is encrypted as PKCS#8, which is not read: rewrite it with ssh-keygen -p -f FILE, which keeps the key")
        case "EC PRIVATE KEY": .unsupportedSSHKey(type: "ecdsa-")
        case "DSA PRIVATE KEY": .unsupportedSSHKey(type: "ssh-dss")
        default: .malformedSSHKey("the file holds something else than a private key")
        }
    }

    /// The private half, for which the passphrase is asked where that is needed and has not been given yet; nil when it was a wrong one.
    ///
    /// When two tasks ask at once, two questions are put.
    func privateKey(name: String, _ passphrase: PassphraseSource) async throws(EnvelopeError) -> SSHPrivateKey? {
        if let key = opened.withLock({ $0 }) { return key }
        guard let sealed else { preconditionFailure("a key that is not encrypted is open") }
        let passphrase = try await passphrase("Passphrase of the ssh key \(name): ")
        guard let key = try sealed.file.privateKey(sealed.encryption, passphrase: passphrase) else { return nil }
        opened.withLock { $0 = key }
        return key
    }
}

extension SecretBytes {
    /// `copy()` with Envelope's errors.
    borrowing func duplicated() throws(EnvelopeError) -> SecretBytes {
        do { return try copy() } catch { throw EnvelopeError(error, while: "reading a key") }
    }
}
