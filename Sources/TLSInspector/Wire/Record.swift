/// One record of the record layer (RFC 8446 §5.1; the same in SSLv3 to TLS 1.3).
struct Record: Sendable, Hashable {
    enum ContentType: UInt8, Sendable {
        case changeCipherSpec = 20
        case alert = 21
        case handshake = 22
        case applicationData = 23
        case heartbeat = 24
    }

    /// 2^14, and what encryption may add (RFC 5246 §6.2.3).
    static let maximumFragmentByteCount = 1 << 14 + 2048
    static let headerByteCount = 5

    var type: ContentType
    /// As it stands in the record, which is not always the version that is spoken.
    var version: UInt16
    var fragment: [UInt8]

    var encoded: [UInt8] {
        var bytes: [UInt8] = [type.rawValue]
        bytes.append(uint16: version)
        bytes.append(vector16: fragment)
        return bytes
    }

    /// A message cut into as many records as it needs.
    static func records(_ type: ContentType, version: UInt16, _ message: [UInt8], limit: Int = 1 << 14) -> [UInt8] {
        var bytes: [UInt8] = []
        var position = 0
        repeat {
            let end = min(position + limit, message.count)
            bytes += Record(type: type, version: version, fragment: Array(message[position..<end])).encoded
            position = end
        } while position < message.count
        return bytes
    }
}

/// Cuts a stream of bytes into records.
struct RecordStream: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0

    mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer += bytes
    }

    /// What has come and is not yet part of a record.
    var pending: ArraySlice<UInt8> { buffer[start...] }

    /// The next record, or nil as long as it is not whole.
    /// - Throws: `malformed` if these are not records of TLS, `oversized` if one is longer than the standard allows.
    mutating func next() throws(WireError) -> Record? {
        guard let first = pending.first else { return nil }
        guard let type = Record.ContentType(rawValue: first) else { throw .malformed("the record type \(first)") }
        guard pending.count >= Record.headerByteCount else { return nil }
        var reader = ByteReader(pending)
        _ = try reader.uint8("a record")
        let version = try reader.uint16("a record")
        guard version >> 8 == 3 else { throw .malformed("the version of a record") }
        let count = Int(try reader.uint16("a record"))
        guard count <= Record.maximumFragmentByteCount else { throw .oversized("a record") }
        guard reader.remaining >= count else { return nil }
        let fragment = Array(try reader.take(count, "a record"))
        start += Record.headerByteCount + count
        return Record(type: type, version: version, fragment: fragment)
    }
}
