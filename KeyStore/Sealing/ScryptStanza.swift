public import AgeFormat
public import OpenSSL

/// age's stanza for a passphrase (age v1, "The scrypt recipient type").
///
///     -> scrypt base64(salt, 16 bytes) logN
///     key  = scrypt(passphrase, "age-encryption.org/v1/scrypt" ‖ salt, N = 2^logN, r = 8, p = 1, 32 bytes)
///     body = ChaCha20-Poly1305(key, nonce 0¹², file key), 32 bytes
///
/// It stands alone in its header, which whoever puts headers together has to see to.
public struct ScryptStanza: Sendable, Equatable {
    public static let type = "scrypt"
    /// The work factors that files may have. 22 takes 4 GiB and half a minute.
    public static let logNRange = 1...22
    /// What is written unless something else is asked for, as in age: 256 MiB and about a second.
    public static let defaultLogN = 18
    /// The longest passphrase, in bytes.
    public static let maximumPassphraseByteCount = 1024
    private static let label = Array("age-encryption.org/v1/scrypt".utf8)
    private static let saltByteCount = 16

    private let salt: [UInt8]
    public let logN: Int
    private let sealed: [UInt8]

    /// Reads a stanza of this type, and does no work yet.
    /// - Parameter logNRange: what is not refused; narrower than ``ScryptStanza/logNRange`` where there is less to spend.
    /// - Throws: `InvalidCiphertextException` when it is not as the format says, `LimitExceededException` for a work factor out of bounds: no
    ///   work is done for a hostile one.
    public init(_ stanza: Stanza, logNRange: ClosedRange<Int> = logNRange) throws(KeyStoreError) {
        precondition(stanza.type == Self.type)
        guard stanza.arguments.count == 2 else { throw Self.malformed("it must have two arguments, salt and work factor") }
        salt = try StanzaArgument.decode(stanza.arguments[0], byteCount: Self.saltByteCount, of: Self.type)
        logN = try Self.logN(stanza.arguments[1], logNRange)
        guard stanza.body.count == FileKey.wrappedByteCount else {
            throw Self.malformed("its body must have \(FileKey.wrappedByteCount) bytes, not \(stanza.body.count)")
        }
        sealed = stanza.body
    }

    /// Wraps a file key.
    fileprivate init(_ fileKey: borrowing FileKey, passphrase: borrowing SecretBytes, logN: Int) throws(KeyStoreError) {
        do { salt = try Random.bytes(Self.saltByteCount) } catch { throw KeyStoreError(error) }
        self.logN = logN
        sealed = try fileKey.wrapped(under: Self.wrapKey(passphrase, salt, logN))
    }

    fileprivate func encoded() throws(KeyStoreError) -> Stanza {
        try Stanza.checked(Self.type, [Base64.encode(salt, padding: .none), String(logN)], sealed)
    }

    /// Opens it; nil for another passphrase. Takes the time and the memory that `logN` says.
    public func open(passphrase: borrowing SecretBytes) throws(KeyStoreError) -> FileKey? {
        try FileKey.unwrap(sealed, under: Self.wrapKey(passphrase, salt, logN))
    }

    /// - Throws: `ValidationException` for a passphrase that is empty or longer than ``maximumPassphraseByteCount``, or a work factor out of
    ///   ``logNRange``.
    public static func validate(passphrase: borrowing SecretBytes, logN: Int) throws(KeyStoreError) {
        guard passphrase.count >= 1, passphrase.count <= maximumPassphraseByteCount else {
            throw KeyStoreError(.validation, "a passphrase has 1 to \(maximumPassphraseByteCount) bytes")
        }
        guard logNRange.contains(logN) else {
            throw KeyStoreError(.validation, "scrypt's logN is \(logNRange.lowerBound) to \(logNRange.upperBound), not \(logN)")
        }
    }

    /// `^[1-9][0-9]*$`, so that one number has one text.
    private static func logN(_ text: String, _ range: ClosedRange<Int>) throws(KeyStoreError) -> Int {
        let digits = text.utf8
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }), let first = digits.first, first != 0x30 else {
            throw malformed("its work factor is not a number")
        }
        guard let logN = Int(text), range.contains(logN) else {
            throw KeyStoreError(
                .limitExceeded,
                "the work factor of the passphrase is \(text.prefix(20)), and \(range.lowerBound) to \(range.upperBound) is accepted: a file made "
                    + "to cost more time and memory than anybody has is not worked on")
        }
        return logN
    }

    private static func wrapKey(_ passphrase: borrowing SecretBytes, _ salt: [UInt8], _ logN: Int) throws(KeyStoreError) -> SecretBytes {
        let salt = label + salt
        do {
            return try Scrypt.derive(passphrase: passphrase, salt: salt.bytes, logN: logN, r: 8, p: 1, count: 32)
        } catch { throw KeyStoreError(error) }
    }

    private static func malformed(_ reason: String) -> KeyStoreError { StanzaArgument.malformed(type, reason) }
}

extension FileKey {
    /// Gives the file key to whoever knows a passphrase.
    /// - Parameter logN: the work factor, in ``ScryptStanza/logNRange``.
    /// - Throws: `ValidationException`, see ``ScryptStanza/validate(passphrase:logN:)``.
    public borrowing func stanza(
        passphrase: borrowing SecretBytes, logN: Int = ScryptStanza.defaultLogN
    ) throws(KeyStoreError) -> Stanza {
        try ScryptStanza.validate(passphrase: passphrase, logN: logN)
        return try ScryptStanza(self, passphrase: passphrase, logN: logN).encoded()
    }
}
