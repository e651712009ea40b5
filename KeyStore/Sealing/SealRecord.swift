public import OpenSSL

/// What opens a seal.
public enum SealKind: String, Sendable, Hashable, CaseIterable {
    case passphrase
    /// An identity in a file on this machine, for unattended opening.
    case keyFile = "keyfile"
    /// An identity that is kept elsewhere, for the day when everything else is lost.
    case recovery
}

/// A slot that opens the root key (Docs/Formats/Seals.md).
///
/// Every slot has an X25519 key pair. The root key is wrapped to the public half, so that rotating the root key can wrap the
/// new one for every slot without asking for anybody's passphrase. What differs is where the private half is: in a key
/// file, off the machine, or here, sealed under a passphrase.
struct SealRecord: Sendable, Equatable {
    static let idByteCount = 16
    static let maximumLabelByteCount = 128
    static let maximumPathByteCount = 4096
    static let maximumCount = 16

    let sealID: [UInt8]
    let kind: SealKind
    var label: String
    let creationDate: Timestamp
    let recipient: AgeRecipient
    /// Only for `.keyFile`: where the identity is looked for.
    let keyFilePath: String?
    /// Only for `.passphrase`: the private half under the passphrase.
    let passphraseSeal: PassphraseSeal?
    /// The root key under the recipient.
    var wrappedRoot: RecipientWrap

    static let formatVersion: UInt8 = 1

    var id: RecordID { .seal(sealID) }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.formatVersion)
        writer.append(sealID)
        writer.append(kind.rawValue)
        writer.append(label)
        writer.append(creationDate.nanoseconds)
        writer.append(recipient.publicKey)
        writer.append(keyFilePath ?? "")
        writer.append(passphraseSeal != nil)
        if let passphraseSeal { writer.append(passphraseSeal.encoded) }
        writer.append(wrappedRoot.encoded)
        return writer.bytes
    }

    init(
        sealID: [UInt8], kind: SealKind, label: String, creationDate: Timestamp, recipient: AgeRecipient, keyFilePath: String?,
        passphraseSeal: PassphraseSeal?, wrappedRoot: RecipientWrap
    ) {
        self.sealID = sealID
        self.kind = kind
        self.label = label
        self.creationDate = creationDate
        self.recipient = recipient
        self.keyFilePath = keyFilePath
        self.passphraseSeal = passphraseSeal
        self.wrappedRoot = wrappedRoot
    }

    init?(encoded bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.readUInt8() == Self.formatVersion, let sealID = reader.readBytes(Self.idByteCount),
            let kind = reader.readEnum(SealKind.self), let label = reader.readPrefixedString(),
            label.utf8.count <= Self.maximumLabelByteCount, let creationDate = reader.readTimestamp(),
            let publicKey = reader.readBytes(AgeIdentity.keyByteCount), let path = reader.readPrefixedString(),
            path.utf8.count <= Self.maximumPathByteCount, let hasPassphrase = reader.readBool(),
            hasPassphrase == (kind == .passphrase), path.isEmpty == (kind != .keyFile)
        else { return nil }
        let passphraseSeal = hasPassphrase ? PassphraseSeal(reading: &reader) : nil
        guard hasPassphrase == (passphraseSeal != nil), let wrappedRoot = RecipientWrap(reading: &reader), reader.isAtEnd else {
            return nil
        }
        self.init(
            sealID: sealID, kind: kind, label: label, creationDate: creationDate, recipient: AgeRecipient(publicKey: publicKey),
            keyFilePath: path.isEmpty ? nil : path, passphraseSeal: passphraseSeal, wrappedRoot: wrappedRoot)
    }

    var summary: SealDescription {
        SealDescription(
            id: Hex.encode(sealID), kind: kind, label: label, creationDate: creationDate, keyFilePath: keyFilePath, recipient: recipient,
            scrypt: passphraseSeal?.parameters)
    }
}

extension SealRecord: IdentifiedRecord {}

/// What may be said about a seal.
public struct SealDescription: Sendable, Equatable {
    /// 32 hexadecimal digits.
    public let id: String
    public let kind: SealKind
    public let label: String
    public let creationDate: Timestamp
    public let keyFilePath: String?
    public let recipient: AgeRecipient
    public let scrypt: ScryptParameters?
}

/// A seal to be made.
public enum NewSeal: ~Copyable, Sendable {
    case passphrase(SecretBytes, ScryptParameters)
    /// The identity must already be durable at `path`.
    case keyFile(path: String, identity: AgeIdentity)
    case recovery(AgeRecipient)
}

/// What is offered to open a seal or a backup.
public enum SealCredential: ~Copyable, Sendable {
    case passphrase(SecretBytes)
    /// A key file or a recovery identity.
    case identity(AgeIdentity)
}
