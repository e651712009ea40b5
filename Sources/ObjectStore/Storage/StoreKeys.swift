import KeyStore
import OpenSSL

/// The keys that authenticate rows and their sets: both derived from one data key, which the key service wraps.
final class StoreKeys: Sendable {
    static let byteCount = 32
    static let context: EncryptionContext = ["coffer:purpose": "object-store"]

    private let rows: SecretBytes
    private let sets: SecretBytes

    init(_ dataKey: borrowing SecretBytes) throws(OpenSSLError) {
        rows = try Self.derive("coffer object store v1: row MAC", dataKey)
        sets = try Self.derive("coffer object store v1: set digest", dataKey)
    }

    private static func derive(_ purpose: String, _ dataKey: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        let (salt, info) = ([UInt8](), Array(purpose.utf8))
        return try HKDF.derive(.sha256, inputKey: dataKey, salt: salt.bytes, info: info.bytes, count: byteCount)
    }

    func rowAuthenticator() throws(ObjectStoreError) -> RowAuthenticator {
        do { return RowAuthenticator(try HMAC(.sha256, key: rows)) } catch { throw ObjectStoreError(error) }
    }

    func setAuthenticator() throws(ObjectStoreError) -> HMAC {
        do { return try HMAC(.sha256, key: sets) } catch { throw ObjectStoreError(error) }
    }
}

/// What a row is of; the first byte of what its MAC covers, so that no row of one table passes for one of another.
enum RowKind: UInt8 {
    case state = 1, bucket, document, version, seal, share, blob, part, upload, key, scrub
}

/// Makes and compares the MACs of rows. It belongs to one connection at a time.
final class RowAuthenticator {
    static let macByteCount = 32
    private var hmac: HMAC

    init(_ hmac: consuming HMAC) { self.hmac = hmac }

    /// - Parameters:
    ///   - place: the encoding of the columns that say which row it is.
    ///   - record: the rest of the row.
    func mac(_ kind: RowKind, _ place: [UInt8], _ record: [UInt8]) throws(ObjectStoreError) -> [UInt8] {
        var front = ByteWriter()
        front.append(kind.rawValue)
        front.appendPrefixed(place)
        do throws(OpenSSLError) {
            try hmac.update(front.bytes.span.bytes)
            try hmac.update(record.bytes)
            return try hmac.finalize()
        } catch { throw ObjectStoreError(error) }
    }

    func require(_ mac: [UInt8], _ kind: RowKind, _ place: [UInt8], _ record: [UInt8]) throws(ObjectStoreError) {
        let expected = try self.mac(kind, place, record)
        guard ConstantTime.areEqual(mac.bytes, expected.bytes) else {
            throw .damaged("A row of the object store (\(kind)) is not what was written")
        }
    }
}
