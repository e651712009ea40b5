/// The first line of the file: a position that was durable when the line was written. It is rewritten in place, so it has a
/// fixed length, and it lies in the first sector of the disk, so a power cut leaves the old or the new one.
///
/// It may lag behind the events by the last group, but it never leads: a head that counts more events than there are proves that
/// the end was cut off.
struct HeadLine: Equatable {
    static let formatVersion: UInt64 = 1
    /// With the line feed.
    static let byteCount = 204
    static let unauthenticated = [UInt8](repeating: 0, count: AuditPosition.hashByteCount)

    var position: AuditPosition
    /// HMAC-SHA256, or 32 zero bytes when the writer had no key.
    var code: [UInt8]

    static let empty = HeadLine(position: .start, code: unauthenticated)

    var isAuthenticated: Bool { code != Self.unauthenticated }

    init(position: AuditPosition, code: [UInt8]) {
        self.position = position
        self.code = code
    }

    enum Defect: Error {
        case newerFormat(UInt64)
        case malformed(MalformedLine)
    }

    /// Reads a head line with its line feed.
    init(parsing line: Span<UInt8>) throws(Defect) {
        var offset = 0
        guard line.take("{\"cofferAuditTrail\":", at: &offset), let version = line.takeDecimal(at: &offset) else {
            throw .malformed(MalformedLine(reason: "the first line is not the head of an audit trail"))
        }
        guard version == Self.formatVersion else {
            // Version 0 never existed; only a higher number can come from a later Coffer.
            throw version > Self.formatVersion
                ? .newerFormat(version) : .malformed(MalformedLine(reason: "the head names a format that never existed"))
        }
        guard line.take(",\"sequence\":\"", at: &offset), let sequence = line.takeDecimal(digits: 20, at: &offset),
            line.take("\",\"hash\":\"", at: &offset), let hash = line.takeHash(at: &offset),
            line.take("\",\"mac\":\"", at: &offset), let code = line.takeHash(at: &offset),
            line.take("\"}\n", at: &offset), offset == line.count, sequence <= EventLine.sequenceLimit
        else { throw .malformed(MalformedLine(reason: "the head line is not in its fixed form")) }
        self.init(position: AuditPosition(sequence: sequence, hash: hash), code: code)
    }

    /// Appends the line with its line feed.
    func write(to writer: inout JSONWriter) {
        writer.append("{\"cofferAuditTrail\":1,\"sequence\":\"")
        writer.append(decimal: position.sequence, digits: 20)
        writer.append("\",\"hash\":\"")
        writer.append(hex: position.hash)
        writer.append("\",\"mac\":\"")
        writer.append(hex: code)
        writer.append("\"}\n")
    }

    var bytes: [UInt8] {
        var writer = JSONWriter(capacity: Self.byteCount)
        write(to: &writer)
        return writer.bytes
    }
}
