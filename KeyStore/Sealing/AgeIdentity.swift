public import OpenSSL

/// An X25519 identity in age's own text form (`AGE-SECRET-KEY-1…`): a key file for unattended opening, or a recovery
/// identity kept off the machine. `age` and Coffer read each other's.
public struct AgeIdentity: ~Copyable, Sendable {
    static let keyByteCount = 32
    /// A file with comments around one identity.
    public static let maximumFileByteCount = 64 * 1024
    private static let hrp = Array("age-secret-key-".utf8)

    let privateKey: SecretBytes

    init(privateKey: consuming SecretBytes) throws(KeyStoreError) {
        guard privateKey.count == Self.keyByteCount else { throw KeyStoreError(.validation, "malformed identity: wrong length") }
        self.privateKey = privateKey
    }

    /// For bytes that another seal has just authenticated.
    init(unchecked privateKey: consuming SecretBytes) { self.privateKey = privateKey }

    public static func generate() throws(KeyStoreError) -> AgeIdentity {
        AgeIdentity(unchecked: try SecretBytes.generate(keyByteCount))
    }

    /// Reads an identity file: lines that are blank or begin with `#`, and exactly one identity.
    /// - Throws: `ValidationException`; the message names the line, never its content.
    public init(fileContents: borrowing SecretBytes) throws(KeyStoreError) {
        guard fileContents.count <= Self.maximumFileByteCount else {
            throw KeyStoreError(.validation, "the identity file is too large; at most \(Self.maximumFileByteCount) bytes")
        }
        let range = try fileContents.withBytes { text throws(KeyStoreError) in try Self.findIdentity(in: text) }
        let line: SecretBytes
        do { line = try fileContents.copy(range) } catch { throw KeyStoreError(error) }
        try self.init(line: line)
    }

    /// Reads one identity, without a line end or blanks around it.
    /// - Throws: `ValidationException`; the message never holds a character of the line.
    public init(line: borrowing SecretBytes) throws(KeyStoreError) {
        try self.init(privateKey: Bech32.decodeSecret(line, hrp: Self.hrp))
    }

    /// What an identity file holds: creation time, recipient, identity.
    public borrowing func fileContents(created: String) throws(KeyStoreError) -> SecretBytes {
        let head = Array("# created: \(created)\n# public key: \(try recipient().text)\n".utf8)
        let identity = try Bech32.encodeSecret(privateKey, hrp: Self.hrp)
        do {
            return try unsafe SecretBytes(count: head.count + identity.count + 1) { buffer throws(OpenSSLError) in
                unsafe buffer.copyBytes(from: head)
                unsafe identity.withUnsafeBytes {
                    unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[head.count...]).copyMemory(from: $0)
                }
                unsafe buffer[buffer.count - 1] = 0x0A
            }
        } catch { throw KeyStoreError(error) }
    }

    public borrowing func recipient() throws(KeyStoreError) -> AgeRecipient {
        do {
            let key = try PrivateKey(rawX25519: privateKey)
            return AgeRecipient(publicKey: try key.publicKey().rawBytes())
        } catch { throw KeyStoreError(error) }
    }

    /// Makes a second identity with the same key.
    public borrowing func copy() throws(KeyStoreError) -> AgeIdentity {
        AgeIdentity(unchecked: try privateKey.duplicate())
    }

    private static func findIdentity(in text: RawSpan) throws(KeyStoreError) -> Range<Int> {
        var found: Range<Int>?
        var lines = IdentityLines()
        while let line = lines.next(in: text) {
            guard found == nil else {
                throw KeyStoreError(
                    .validation, "the identity file holds more than one identity (line \(lines.lineNumber)); one is expected")
            }
            found = line
        }
        guard let found else { throw KeyStoreError(.validation, "the identity file holds no AGE-SECRET-KEY-1… line") }
        return found
    }
}

/// The public half of an `AgeIdentity` (`age1…`).
public struct AgeRecipient: Sendable, Hashable {
    private static let hrp = Array("age".utf8)

    let publicKey: [UInt8]

    init(publicKey: [UInt8]) { self.publicKey = publicKey }

    /// - Throws: `ValidationException` for anything that is not a canonical X25519 recipient.
    public init(_ text: String) throws(KeyStoreError) {
        guard let bytes = Bech32.decodePublic(text, hrp: Self.hrp), bytes.count == AgeIdentity.keyByteCount else {
            throw KeyStoreError(
                .validation, "malformed recipient \"\(text.prefix(80))\": an X25519 recipient begins with age1 and has 62 characters")
        }
        self.publicKey = bytes
    }

    public var text: String { Bech32.encodePublic(publicKey, hrp: Self.hrp) }
}
