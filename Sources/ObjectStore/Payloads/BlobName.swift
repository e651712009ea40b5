import KeyStore
import OpenSSL

/// Names a blob file: 16 random bytes, so that names are never given twice and tell nothing of the object.
///
/// The file is `objects/<first byte>/<all bytes>.age`, in hexadecimal digits: 256 folders keep each of them small.
struct BlobName: Sendable, Hashable, CustomStringConvertible {
    static let byteCount = 16

    let bytes: [UInt8]

    /// - Parameter bytes: Of a name that was stored; 16 of them.
    init(bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a blob is named by 16 bytes")
        self.bytes = bytes
    }

    /// A name that no file has.
    static func random() throws(ObjectStoreError) -> BlobName { BlobName(bytes: try .random(byteCount)) }

    /// Reads what `text` gives.
    init?(text: String) {
        guard let bytes = Hex.decode(text), bytes.count == Self.byteCount, Hex.encode(bytes) == text else { return nil }
        self.bytes = bytes
    }

    /// 32 hexadecimal digits.
    var text: String { Hex.encode(bytes) }
    var description: String { text }

    /// The folder that the file is in.
    var shard: String { Self.shard(bytes[0]) }
    var fileName: String { text + Self.suffix }

    static let suffix = ".age"

    static func shard(_ byte: UInt8) -> String { Hex.encode([byte]) }
}

extension [UInt8] {
    /// Public random bytes: a name, a nonce.
    static func random(_ count: Int) throws(ObjectStoreError) -> [UInt8] {
        do throws(OpenSSLError) {
            return try Random.bytes(count)
        } catch {
            throw ObjectStoreError(.internalError, "The system gives no random bytes: \(error)")
        }
    }
}
