import KeyStore
import OpenSSL

/// The keys that authenticate rows and recovery codes: both derived from one data key, which the key service wraps.
final class AccessKey: Sendable {
    static let byteCount = 32
    static let macByteCount = 32

    private let rows: SecretBytes
    private let recovery: SecretBytes

    init(_ dataKey: borrowing SecretBytes) throws(OpenSSLError) {
        rows = try Self.derive("coffer access control v1: row MAC", dataKey)
        recovery = try Self.derive("coffer access control v1: recovery code", dataKey)
    }

    private static func derive(_ purpose: String, _ dataKey: borrowing SecretBytes) throws(OpenSSLError) -> SecretBytes {
        let info = Array(purpose.utf8)
        let salt: [UInt8] = []
        return try HKDF.derive(.sha256, inputKey: dataKey, salt: salt.bytes, info: info.bytes, count: byteCount)
    }

    func mac(_ encoded: [UInt8]) throws(OpenSSLError) -> [UInt8] { try HMAC.authenticate(.sha256, key: rows, encoded.bytes) }

    /// - Parameter symbols: in canonical form, without separators.
    func digest(ofRecoveryCode symbols: borrowing SecretBytes) throws(OpenSSLError) -> [UInt8] {
        try symbols.withBytes { symbols throws(OpenSSLError) in try HMAC.authenticate(.sha256, key: recovery, symbols) }
    }
}

/// The bytes of a row that its MAC is made of: the table's name, then each value with its kind and length, so that no two rows, of
/// whatever tables, have the same.
struct RowEncoding {
    private(set) var bytes: [UInt8] = []

    init(table: String, _ fields: [Field]) {
        append(Array(table.utf8))
        append(UInt64(fields.count))
        for field in fields {
            switch field {
            case .none: bytes.append(0)
            case .integer(let value):
                bytes.append(1)
                append(UInt64(bitPattern: value))
            case .text(let value):
                bytes.append(2)
                append(Array(value.utf8))
            case .bytes(let value):
                bytes.append(3)
                append(value)
            }
        }
    }

    mutating func append(_ value: [UInt8]) {
        append(UInt64(value.count))
        bytes += value
    }

    private mutating func append(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }
}
