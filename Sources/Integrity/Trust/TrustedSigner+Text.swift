import AgeFormat

extension TrustedSigner {
    /// A file of one public key is never longer.
    public static let maximumFileByteCount = 8192
    private static let beginning = Array("-----BEGIN PUBLIC KEY-----".utf8)
    private static let ending = Array("-----END PUBLIC KEY-----".utf8)

    /// The key in a file: PEM or DER of a SubjectPublicKeyInfo, as `coffer key public` and `openssl pkey -pubout` write it, or a verifier
    /// key.
    /// - Throws: `malformed`; `invalidArgument` for a key that is not Ed25519.
    public init(file bytes: [UInt8]) throws(IntegrityError) {
        guard bytes.count <= Self.maximumFileByteCount else {
            throw IntegrityError(.malformed, "a public key cannot be read: its file has more than \(Self.maximumFileByteCount) bytes")
        }
        let text = Self.trimmed(bytes[...])
        if text.starts(with: Array("-----BEGIN ".utf8)) {
            try self.init(name: nil, publicKey: try Self.rawKey(der: try Self.der(pem: text)))
        } else if text.allSatisfy({ $0 >= 0x20 }), let text = String(validating: text, as: UTF8.self) {
            // The DER of an Ed25519 key has a zero byte in it.
            try self.init(verifierKey: text)
        } else {
            try self.init(name: nil, publicKey: try Self.rawKey(der: bytes))
        }
    }

    /// Reads a verifier key (vkey, C2SP signed-note): `name+hex of the key's id+base64 of 0x01 and the key`.
    /// - Throws: `malformed`; `unsupported` for a key of another kind.
    public init(verifierKey text: String) throws(IntegrityError) {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maximumFileByteCount, parts.count == 3, NoteSignature.isName(parts[0]) else {
            throw .verifierKey("it is not like name+id+key")
        }
        let key: [UInt8]
        do {
            key = try Base64.decode(parts[2], padding: .required)
        } catch {
            throw .verifierKey("its key is \(error)")
        }
        guard let type = key.first else { throw .verifierKey("it has no key") }
        guard type == NoteSignature.ed25519Type else {
            throw IntegrityError(.unsupported, "a verifier key cannot be used: its kind is \(type), and only Ed25519 keys, kind 1, are")
        }
        let name = String(decoding: parts[0], as: UTF8.self)
        try self.init(name: name, publicKey: Array(key.dropFirst()))
        guard try verifierKey(named: name).utf8.elementsEqual(text.utf8) else {
            throw .verifierKey("its id is not that of its name and key")
        }
    }

    /// The text by which others trust this key: a verifier key.
    /// - Returns: nil for a key without a name.
    public func verifierKey() throws(IntegrityError) -> String? {
        guard let name else { return nil }
        return try verifierKey(named: name)
    }

    private func verifierKey(named name: String) throws(IntegrityError) -> String {
        let id = try NoteSignature.keyID(name: name, publicKey: publicKey)
        return "\(name)+\(id.hexadecimal)+\(Base64.encode([NoteSignature.ed25519Type] + publicKey, padding: .required))"
    }

    /// The bytes in a textual encoding (RFC 7468 §13): nothing in front of it, nothing behind.
    private static func der(pem text: ArraySlice<UInt8>) throws(IntegrityError) -> [UInt8] {
        guard text.starts(with: beginning), text.count >= beginning.count + ending.count, text.suffix(ending.count).elementsEqual(ending)
        else {
            throw IntegrityError(.malformed, "a public key cannot be read: its file is not one block of PUBLIC KEY in PEM")
        }
        let lines = text.dropFirst(beginning.count).dropLast(ending.count).filter { !isSpace($0) }
        do {
            return try Base64.decode(lines[...], padding: .required)
        } catch {
            throw IntegrityError(.malformed, "a public key cannot be read: in its PEM is \(error)")
        }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension IntegrityError {
    fileprivate static func verifierKey(_ reason: String) -> IntegrityError {
        IntegrityError(.malformed, "a verifier key cannot be read: \(reason)")
    }
}
