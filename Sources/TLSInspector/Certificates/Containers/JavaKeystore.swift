internal import OpenSSL

/// Java's own keystores, JKS and JCEKS (sun.security.provider.JavaKeyStore, com.sun.crypto.provider.JceKeyStore).
///
/// Certificates stand in them unencrypted, so all about them is read without the passphrase; the passphrase checks that nobody changed
/// the file.
enum JavaKeystore {
    enum Kind: UInt32, Sendable {
        case jks = 0xFEED_FEED
        case jceks = 0xCECE_CECE

        /// By the magic number, nil for other files.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= 4 else { return nil }
            self.init(rawValue: bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    /// A SHA-1 over the passphrase, these words and all before it.
    static let digestByteCount = 20
    private static let words = Array("Mighty Aphrodite".utf8)

    static func read(_ bytes: [UInt8], _ kind: Kind, _ passphrase: borrowing SecretBytes?) throws(CertificateError) -> CertificateFile {
        let fileKind: CertificateFile.Kind = kind == .jks ? .jks : .jceks
        guard bytes.count > digestByteCount else { throw .malformed("the \(fileKind.rawValue) keystore is cut off") }
        var reader = JavaKeystoreReader(bytes.dropLast(digestByteCount), kind: fileKind)
        let items: [CertificateItem]
        do {
            items = try reader.items()
        } catch {
            throw error.inside("the \(fileKind.rawValue) keystore")
        }
        let integrity = try integrity(bytes, fileKind, passphrase)
        return CertificateFile(kind: fileKind, integrity: integrity, items: items)
    }

    private static func integrity(
        _ bytes: [UInt8], _ kind: CertificateFile.Kind, _ passphrase: borrowing SecretBytes?
    ) throws(CertificateError) -> CertificateFile.Integrity {
        switch passphrase {
        case .some(let secret):
            let content = Array(bytes.dropLast(digestByteCount))
            let digest: [UInt8]
            do {
                digest = try self.digest(content, secret)
            } catch {
                throw CertificateError(error)
            }
            guard digest.elementsEqual(bytes.suffix(digestByteCount)) else {
                throw .wrongPassphrase("the \(kind.rawValue) keystore")
            }
            return .checked
        case .none: return .unchecked("No passphrase was given, and it takes one to check that nobody changed the file.")
        }
    }

    private static func digest(_ content: [UInt8], _ secret: borrowing SecretBytes) throws(OpenSSLError) -> [UInt8] {
        // Java hashes characters, two bytes each. UTF-8 takes at least one byte for each of them.
        var characters = try SecretBuffer(capacity: max(1, 2 * secret.count))
        guard secret.withBytes({ utf8 in UTF16Passphrase.append(utf8, to: &characters) }) else {
            throw OpenSSLError(code: .invalidInput, operation: "read passphrase", reason: "it is not UTF-8")
        }
        var digest = try Digest(.sha1)
        try characters.withBytes { (bytes) throws(OpenSSLError) in try digest.update(bytes) }
        try digest.update(words.bytes)
        try digest.update(content.bytes)
        return try digest.finalize()
    }
}
