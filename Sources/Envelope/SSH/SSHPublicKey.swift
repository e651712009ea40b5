import AgeFormat
import OpenSSL

/// A public key of ssh, of the two types that files can be sealed for: Ed25519 (RFC 8709 §4) and RSA (RFC 4253 §6.6).
public struct SSHPublicKey: Sendable, Hashable {
    enum Numbers: Sendable, Hashable {
        /// 32 bytes, a point of the curve.
        case ed25519([UInt8])
        /// Most significant byte first, without zeros in front.
        case rsa(modulus: [UInt8], exponent: [UInt8])
    }

    /// The longest line, in characters: an RSA key of 16384 bits takes 2,800 and a comment.
    public static let maximumLineByteCount = 16 * 1024
    /// The sizes of RSA keys in bits; age's smallest, ssh's largest.
    public static let rsaBitRange = AsymmetricKeyType.rsaBitRange
    /// Bytes of an RSA key's public exponent: more than 24 bits make every computation slow and nothing safer.
    static let maximumExponentByteCount = 3

    let numbers: Numbers
    /// The key as ssh sends it (RFC 4253 §6.6): what fingerprints are made of.
    public let wire: [UInt8]
    /// By what a stanza names the key: base64 of the first 4 bytes of the SHA-256 digest of ``wire``.
    public let tag: String

    /// `ssh-ed25519` or `ssh-rsa`.
    public var type: String {
        switch numbers {
        case .ed25519: SSHKeyType.ed25519
        case .rsa: SSHKeyType.rsa
        }
    }

    /// The key as a `.pub` file holds it, without a comment.
    public var text: String { "\(type) \(Base64.encode(wire, padding: .required))" }

    /// Reads a line `TYPE BASE64 [COMMENT]`, as in a `.pub` file. Options in front, as `authorized_keys` may have, are not read.
    /// - Throws: `malformedKey`; the message does not quote the line.
    public init(line: String) throws(EnvelopeError) {
        guard line.utf8.count <= Self.maximumLineByteCount else { throw .malformedSSHKey("the line is too long") }
        let fields = line.utf8.split(maxSplits: 2, whereSeparator: { $0 == 0x20 || $0 == 0x09 })
        guard let type = fields.first.map({ String(decoding: $0, as: UTF8.self) }) else { throw .malformedSSHKey("the line is empty") }
        guard SSHKeyType.all.contains(type) else { throw .unsupportedSSHKey(type: type) }
        guard fields.count > 1 else { throw .malformedSSHKey("there is nothing behind its type") }
        let wire: [UInt8]
        do { wire = try Base64.decode(Array(fields[1])[...], padding: .required) } catch { throw .malformedSSHKey("\(error)") }
        try self.init(wire: wire)
        guard self.type == type else { throw .malformedSSHKey("it is of another type than its line says") }
    }

    /// Reads a key as ssh sends it.
    /// - Throws: `malformedKey` when it is not exactly one, or of another type.
    public init(wire: [UInt8]) throws(EnvelopeError) {
        var reader = SSHWireReader(wire)
        let type = try reader.readName()
        let numbers: Numbers
        switch type {
        case SSHKeyType.ed25519:
            let point = try reader.readString()
            guard point.count == 32 else { throw .malformedSSHKey("an Ed25519 key has 32 bytes, not \(point.count)") }
            numbers = .ed25519(point)
        case SSHKeyType.rsa:
            let (exponent, modulus) = (try reader.readPositiveNumber(), try reader.readPositiveNumber())
            try Self.check(modulus: modulus, exponent: exponent)
            numbers = .rsa(modulus: modulus, exponent: exponent)
        default: throw .unsupportedSSHKey(type: type)
        }
        guard reader.isAtEnd else { throw .malformedSSHKey("something follows it") }
        do { self.tag = Base64.encode(Array(try Digest.hash(.sha256, wire.bytes).prefix(4)), padding: .none) } catch {
            throw EnvelopeError(error, while: "reading an ssh key")
        }
        self.numbers = numbers
        self.wire = wire
    }

    init(_ key: borrowing PublicKey) throws(EnvelopeError) {
        let wire: [UInt8]
        do throws(OpenSSLError) {
            switch key.type {
            case .ed25519: wire = SSHWire.string(Array(SSHKeyType.ed25519.utf8)) + SSHWire.string(try key.rawBytes())
            case .rsa:
                let numbers = try key.rsaNumbers()
                wire = SSHWire.string(Array(SSHKeyType.rsa.utf8)) + SSHWire.number(numbers.exponent) + SSHWire.number(numbers.modulus)
            case .p256, .p384, .p521, .secp256k1, .x25519:
                throw OpenSSLError(code: .unsupported, operation: "read key", reason: "only Ed25519 and RSA keys can")
            }
        } catch { throw EnvelopeError(sshKey: error) }
        try self.init(wire: wire)
    }

    private static func check(modulus: [UInt8], exponent: [UInt8]) throws(EnvelopeError) {
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard rsaBitRange.contains(bits) else {
            throw EnvelopeError(
                .malformedKey,
                "the ssh key cannot be used: RSA keys of \(rsaBitRange.lowerBound) to \(rsaBitRange.upperBound) bits can, and it has \(bits)"
            )
        }
        guard exponent.count <= maximumExponentByteCount, exponent.last.map({ $0 & 1 == 1 }) == true, exponent != [1] else {
            throw .malformedSSHKey("its exponent is not an odd number from 3 to 2^24")
        }
    }
}

/// Names of types of ssh keys (RFC 4253 §6.6, RFC 8709 §4).
enum SSHKeyType {
    static let ed25519 = "ssh-ed25519"
    static let rsa = "ssh-rsa"
    static let all = [ed25519, rsa]
}
