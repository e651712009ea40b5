import OpenSSL

/// The content of a block `OPENSSH PRIVATE KEY` (OpenSSH, PROTOCOL.key): one key, whose public half stands in the clear.
///
///     "openssh-key-v1" 0x00 | string cipher | string kdf | string kdf options | uint32 1
///     | string public key | string private part, padded with 1, 2, 3 … and perhaps encrypted | tag
struct OpenSSHKeyFile: Sendable {
    private static let magic = Array("openssh-key-v1\0".utf8)

    /// How the private part is encrypted.
    struct Encryption: Sendable {
        let cipher: SSHKeyCipher
        let salt: [UInt8]
        let rounds: Int
    }

    let publicKey: SSHPublicKey
    let encryption: Encryption?
    private let privatePart: PrivatePart

    /// In the secure heap, because it need not be encrypted.
    private final class PrivatePart: Sendable {
        let bytes: SecretBytes

        init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
    }

    /// - Throws: `malformedKey`.
    init(_ content: consuming SecretBytes) throws(EnvelopeError) {
        var reader = SSHSecretReader(content)
        guard try reader.readPublic(Self.magic.count) == Self.magic else { throw .malformedSSHKey("it does not begin as one") }
        encryption = try Self.readEncryption(&reader)
        guard try reader.readUInt32() == 1 else { throw .malformedSSHKey("the file must hold one key") }
        publicKey = try SSHPublicKey(wire: reader.readPublicString())
        let count = Int(try reader.readUInt32())
        let tagByteCount = encryption?.cipher.tagByteCount ?? 0
        let blockByteCount = encryption == nil ? 8 : SSHKeyCipher.blockByteCount
        guard count.isMultiple(of: blockByteCount), count + tagByteCount == reader.remainingCount else {
            throw .malformedSSHKey("its private part has the wrong length")
        }
        privatePart = PrivatePart(try reader.readSecret(count + tagByteCount))
    }

    private static func readEncryption(_ reader: inout SSHSecretReader) throws(EnvelopeError) -> Encryption? {
        let cipherName = try String(decoding: reader.readPublicString(), as: UTF8.self)
        let kdfName = try String(decoding: reader.readPublicString(), as: UTF8.self)
        let options = try reader.readPublicString()
        if cipherName == "none", kdfName == "none", options.isEmpty { return nil }
        guard kdfName == "bcrypt", cipherName != "none" else { throw .malformedSSHKey("its key derivation is not known") }
        guard let cipher = SSHKeyCipher(rawValue: cipherName) else {
            throw EnvelopeError(
                .malformedKey,
                "the ssh key is encrypted with a cipher that is not read: rewrite it with ssh-keygen -p -Z aes256-ctr -f FILE")
        }
        var optionReader = SSHWireReader(options)
        let (salt, rounds) = (try optionReader.readString(), Int(try optionReader.readUInt32()))
        guard optionReader.isAtEnd, BcryptPBKDF.saltByteCountRange.contains(salt.count) else {
            throw .malformedSSHKey("its key derivation is not well formed")
        }
        guard BcryptPBKDF.roundsRange.contains(rounds) else {
            throw EnvelopeError(
                .malformedKey,
                "the ssh key wants \(rounds) rounds of key derivation, and at most \(BcryptPBKDF.roundsRange.upperBound) are made: rewrite it with "
                    + "ssh-keygen -p -a 64 -f FILE")
        }
        return Encryption(cipher: cipher, salt: salt, rounds: rounds)
    }

    /// The private key of a file that is not encrypted.
    /// - Throws: `malformedKey`.
    func privateKey() throws(EnvelopeError) -> SSHPrivateKey {
        precondition(encryption == nil)
        let bytes: SecretBytes
        do { bytes = try privatePart.bytes.copy() } catch { throw EnvelopeError(error, while: "reading an ssh key") }
        guard let key = try read(bytes) else { throw .malformedSSHKey("its check numbers differ") }
        return key
    }

    /// The private key of an encrypted file; nil for a wrong passphrase.
    /// - Throws: `malformedKey`.
    func privateKey(_ encryption: Encryption, passphrase: borrowing SecretBytes) throws(EnvelopeError) -> SSHPrivateKey? {
        guard passphrase.count > 0, let bytes = try decrypt(encryption, passphrase) else { return nil }
        return try read(bytes)
    }

    private func decrypt(_ encryption: Encryption, _ passphrase: borrowing SecretBytes) throws(EnvelopeError) -> SecretBytes? {
        let cipher = encryption.cipher
        let ciphertext = unsafe privatePart.bytes.withUnsafeBytes { unsafe Array($0) }
        do throws(OpenSSLError) {
            let material = try BcryptPBKDF.derive(
                passphrase: passphrase, salt: encryption.salt, rounds: encryption.rounds,
                count: cipher.keyByteCount + cipher.initialByteCount)
            return try cipher.decrypt(ciphertext, material)
        } catch {
            if error.code == .authenticationFailed { return nil }
            throw EnvelopeError(error, while: "decrypting an ssh key")
        }
    }

    /// nil when the two check numbers differ: the passphrase was another one.
    private func read(_ bytes: consuming SecretBytes) throws(EnvelopeError) -> SSHPrivateKey? {
        var reader = SSHSecretReader(bytes)
        guard try reader.readUInt32() == reader.readUInt32() else { return nil }
        guard try reader.readPublicString() == Array(publicKey.type.utf8) else { throw Self.isOfAnotherKey }
        let key: SSHPrivateKey
        switch publicKey.numbers {
        case .ed25519(let point): key = try Self.readEd25519(&reader, point)
        case .rsa(let modulus, let exponent): key = try Self.readRSA(&reader, modulus, exponent)
        }
        _ = try reader.readPublicString()  // The comment.
        let padding = try reader.readPublic(reader.remainingCount)
        guard padding.count < SSHKeyCipher.blockByteCount, padding == Array(1...16).prefix(padding.count).map(UInt8.init) else {
            throw .malformedSSHKey("its padding is not well formed")
        }
        guard key.publicKey == publicKey else { throw Self.isOfAnotherKey }
        return key
    }

    /// The public key again, then seed and public key in one string.
    private static func readEd25519(_ reader: inout SSHSecretReader, _ point: [UInt8]) throws(EnvelopeError) -> SSHPrivateKey {
        guard try reader.readPublicString() == point, try reader.readUInt32() == 64 else { throw isOfAnotherKey }
        let seed = try reader.readSecret(32)
        guard try reader.readPublic(32) == point else { throw isOfAnotherKey }
        return try SSHPrivateKey.ed25519(seed: seed)
    }

    /// n, e, d, the coefficient, p, q.
    private static func readRSA(
        _ reader: inout SSHSecretReader, _ modulus: [UInt8], _ exponent: [UInt8]
    ) throws(EnvelopeError) -> SSHPrivateKey {
        for expected in [modulus, exponent] {
            guard try SSHWire.string(reader.readPublicString()) == SSHWire.number(expected) else { throw isOfAnotherKey }
        }
        let privateExponent = try reader.readSecretNumber()
        let coefficient = try reader.readSecretNumber()
        let prime1 = try reader.readSecretNumber()
        let components = RSAComponents(
            modulus: modulus, publicExponent: exponent, privateExponent: privateExponent, coefficient: coefficient, prime1: prime1,
            prime2: try reader.readSecretNumber())
        return try SSHPrivateKey.rsa(components)
    }

    private static let isOfAnotherKey = EnvelopeError.malformedSSHKey("its private part is not that of its public key")
}
