/// The public part of a KMS ciphertext (Docs/Formats/CiphertextBlob.md): which key and version made it.
///
///     offset  size  field
///     0       2     magic, ASCII "CK"
///     2       1     format version, 1
///     3       1     algorithm, 1 = CommittingSeal with AES-256-GCM
///     4       16    key ID, the UUID's bytes
///     20      4     key version, big-endian, from 1
///     24      …     CommittingSeal: salt 32 ‖ commitment 32 ‖ ciphertext ‖ tag 16
public struct CiphertextBlobHeader: Sendable, Equatable {
    /// AWS KMS API reference, `CiphertextType`.
    public static let maximumBlobByteCount = 6144
    public static let byteCount = 24

    static let formatVersion: UInt8 = 1
    static let algorithm: UInt8 = 1
    private static let magic: [UInt8] = [0x43, 0x4B]

    public let keyID: String
    /// From 1; a rotation adds one.
    public let version: UInt32

    init(keyID: String, version: UInt32) {
        self.keyID = keyID
        self.version = version
    }

    /// Reads the header; needs no key.
    /// - Throws: `InvalidCiphertextException` for what no version of Coffer made, `NewerFormat` for what a later one did.
    public init(parsing blob: [UInt8]) throws(KeyStoreError) {
        guard blob.count <= Self.maximumBlobByteCount, blob.count > Self.byteCount + CommittingSeal.overhead else {
            throw KeyStoreError(.invalidCiphertext)
        }
        var reader = ByteReader(blob)
        guard reader.readBytes(2) == Self.magic, let format = reader.readUInt8(), let algorithm = reader.readUInt8() else {
            throw KeyStoreError(.invalidCiphertext)
        }
        guard format <= Self.formatVersion else {
            throw KeyStoreError(.newerFormat, "the ciphertext has format version \(format); this version of coffer reads up to 1")
        }
        guard format == Self.formatVersion, algorithm == Self.algorithm, let id = reader.readBytes(16), let version = reader.readUInt32(),
            version > 0
        else { throw KeyStoreError(.invalidCiphertext) }
        self.keyID = UUIDText.encode(id)
        self.version = version
    }

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(Self.formatVersion)
        writer.append(Self.algorithm)
        writer.append(binding)
        return writer.bytes
    }

    /// What the per-message key is bound to: key ID and version, so that the same imported material under two key IDs
    /// makes ciphertexts that neither opens for the other.
    var binding: [UInt8] {
        var writer = ByteWriter()
        writer.append(UUIDText.decode(keyID) ?? [])
        writer.append(version)
        return writer.bytes
    }
}
