import COpenSSL

/// The certificates and revocation lists of a PKCS#12 file (RFC 7292). Keys are seen, and not decrypted.
public struct PKCS12Contents: Sendable, Hashable {
    public enum Item: Sendable, Hashable {
        /// DER.
        case certificate([UInt8])
        case revocationList([UInt8])
        case key
        /// A bag of another kind.
        case other(String)
    }

    public struct Named: Sendable, Hashable {
        /// The attribute friendlyName.
        public let alias: String?
        public let item: Item
    }

    /// Why the file was not read, where a caller can do something about it.
    public enum Refusal: Error, Sendable, Equatable {
        /// Certificates are encrypted, and no passphrase was given.
        case passphraseNeeded
        /// The check over the whole file does not hold, or nothing comes out of decryption. A changed file looks the same.
        case wrongPassphrase
        /// The installed libcrypto lacks the cipher; the text is its reason.
        case unsupported(String)
        case broken(OpenSSLError)
    }

    public static let maximumByteCount = 16 * 1024 * 1024
    public static let maximumItemCount = 100_000
    /// Rounds of key derivation. Honest files have up to a few hundred thousand; each million takes about half a second.
    public static let maximumIterationCount = 10_000_000
    /// Bags within bags.
    static let maximumDepth = 8

    public internal(set) var items: [Named] = []
    /// Whether the file's own check over its content was made and holds.
    public internal(set) var isIntegrityChecked = false

    /// - Parameter passphrase: UTF-8. Without one, only what is not encrypted, or with an empty passphrase, is read.
    public static func read(der: [UInt8], passphrase: borrowing SecretBytes?) throws(Refusal) -> PKCS12Contents {
        switch passphrase {
        case .some(let secret): return try read(der, secret)
        case .none: return try unsafe read(der, Passphrase(start: nil, count: 0, isGiven: false))
        }
    }

    private static func read(_ der: [UInt8], _ secret: borrowing SecretBytes) throws(Refusal) -> PKCS12Contents {
        let count = secret.count
        return try unsafe secret.withUnsafeBytes { (bytes) throws(Refusal) in
            // An empty secret has no address, and means the empty passphrase.
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            return try unsafe read(der, Passphrase(start: start, count: count, isGiven: true))
        }
    }

    private static func read(_ der: [UInt8], _ passphrase: Passphrase) throws(Refusal) -> PKCS12Contents {
        let file: PKCS12File
        do {
            file = try PKCS12File(der: der)
        } catch {
            throw .broken(error)
        }
        return try unsafe file.contents(passphrase)
    }

    init() {}
}

/// A passphrase as libcrypto takes it. It does not own its bytes.
@unsafe
struct Passphrase {
    let start: UnsafePointer<CChar>?
    let count: Int
    let isGiven: Bool
}
