import OpenSSL
import Synchronization

/// The root of the hierarchy, in locked memory while a store is open: it wraps key versions and authenticates records.
///
/// Its own bytes are only ever wrapped into seals (`SealRecord`).
final class RootKey: Sendable {
    static let byteCount = 32

    let bytes: SecretBytes
    /// Grows by one with each rotation of the root key.
    let generation: UInt32
    private let deriver: Mutex<KBKDF>
    private let recordMAC: Mutex<HMAC>
    private let digestMAC: Mutex<HMAC>

    init(bytes: consuming SecretBytes, generation: UInt32) throws(OpenSSLError) {
        var deriver = try KBKDF(key: bytes)
        let (recordLabel, digestLabel, none) = (Label.recordMAC.text, Label.catalogDigest.text, [UInt8]())
        let recordKey = try deriver.derive(label: recordLabel.bytes, context: none.bytes, count: 32)
        let digestKey = try deriver.derive(label: digestLabel.bytes, context: none.bytes, count: 32)
        self.recordMAC = Mutex(try HMAC(.sha256, key: recordKey))
        self.digestMAC = Mutex(try HMAC(.sha256, key: digestKey))
        self.deriver = Mutex(deriver)
        self.bytes = bytes
        self.generation = generation
    }

    static func generate(generation: UInt32) throws(OpenSSLError) -> RootKey {
        try RootKey(bytes: SecretBytes(random: byteCount), generation: generation)
    }

    func seal(_ secret: borrowing SecretBytes, label: Label, binding: [UInt8], authenticating aad: [UInt8] = []) throws(OpenSSLError)
        -> [UInt8]
    {
        try CommittingSeal.seal(secret, under: deriver, label: label, binding: binding, authenticating: aad)
    }

    func open(_ sealed: [UInt8], label: Label, binding: [UInt8], authenticating aad: [UInt8] = []) throws(OpenSSLError) -> SecretBytes {
        try CommittingSeal.open(sealed, under: deriver, label: label, binding: binding, authenticating: aad)
    }

    /// HMAC-SHA256 over `u8 kind, u32 length, id, body` (Docs/Formats/KeyRecords.md).
    func mac(of id: RecordID, body: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        let prefix = id.authenticatedPrefix
        return try recordMAC.withLock { hmac throws(OpenSSLError) in
            try hmac.update(prefix.bytes)
            try hmac.update(body.bytes)
            return try hmac.finalize()
        }
    }

    func withDigestMAC<R>(_ body: (inout HMAC) throws(OpenSSLError) -> R) throws(OpenSSLError) -> R {
        try digestMAC.withLock { hmac throws(OpenSSLError) in try body(&hmac) }
    }
}

extension RecordID {
    fileprivate var authenticatedPrefix: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .catalog: writer.append(UInt8(0))
        case .seal(let id):
            writer.append(UInt8(1))
            writer.appendPrefixed(id)
        case .key(let keyID):
            writer.append(UInt8(2))
            writer.append(keyID)
        case .keyVersion(let keyID, let version):
            writer.append(UInt8(3))
            writer.append(keyID)
            writer.append(version)
        case .alias(let name):
            writer.append(UInt8(4))
            writer.append(name)
        }
        return writer.bytes
    }
}
