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
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// 32 hexadecimal digits.
    var text: String { String(decoding: bytes.flatMap(Self.digits), as: UTF8.self) }
    var description: String { text }

    /// The folder that the file is in.
    var shard: String { Self.shard(bytes[0]) }
    var fileName: String { text + Self.suffix }

    static let suffix = ".age"

    static func shard(_ byte: UInt8) -> String { String(decoding: digits(byte), as: UTF8.self) }

    private static func digits(_ byte: UInt8) -> [UInt8] { [digit(byte >> 4), digit(byte & 15)] }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
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
