/// One event in the file: its place in the chain, and the event's JSON exactly as it was hashed.
///
/// Only one spelling of each line is accepted (order of members, no white space, no leading zeros, lower-case digits), so that
/// the parts outside the hashed event cannot be changed unseen either.
struct EventLine {
    /// Without the line feed.
    static let byteLimit = 256 * 1024
    /// What stands around the event at most, for the longest sequence number and a MAC.
    static let frameByteLimit = 267
    static let eventByteLimit = byteLimit - frameByteLimit
    /// Far beyond what a disk holds, and small enough that the next number always exists.
    static let sequenceLimit: UInt64 = 1 << 62

    let position: AuditPosition
    let previous: [UInt8]
    /// HMAC-SHA256, nil when the event was recorded while the store was sealed.
    let code: [UInt8]?
    /// Where the event's JSON stands in the line.
    let event: Range<Int>

    var sequence: UInt64 { position.sequence }

    /// Reads a line without its line feed.
    init(parsing line: Span<UInt8>) throws(MalformedLine) {
        guard line.count <= Self.byteLimit else { throw MalformedLine(reason: "the line is longer than \(Self.byteLimit) bytes") }
        var offset = 0
        guard line.take("{\"sequence\":", at: &offset), let sequence = line.takeDecimal(at: &offset),
            (1...Self.sequenceLimit).contains(sequence)
        else {
            throw MalformedLine(reason: "the line does not begin with a sequence number")
        }
        guard line.take(",\"previous\":\"", at: &offset), let previous = line.takeHash(at: &offset),
            line.take("\",\"hash\":\"", at: &offset), let hash = line.takeHash(at: &offset),
            line.take("\",\"mac\":", at: &offset)
        else { throw MalformedLine(reason: "the line's hashes are not in their fixed form") }
        if line.take("null", at: &offset) {
            code = nil
        } else if line.take("\"", at: &offset), let mac = line.takeHash(at: &offset), line.take("\"", at: &offset) {
            code = mac
        } else {
            throw MalformedLine(reason: "the line's MAC is neither 64 hexadecimal digits nor null")
        }
        guard line.take(",\"event\":", at: &offset), line.count - offset >= 3, line[offset] == 0x7B,
            line[line.count - 2] == 0x7D, line[line.count - 1] == 0x7D
        else { throw MalformedLine(reason: "the line does not end with an event") }
        event = offset..<(line.count - 1)
        position = AuditPosition(sequence: sequence, hash: hash)
        self.previous = previous
    }

    /// Appends a line with its line feed.
    static func write(
        _ event: [UInt8], at position: AuditPosition, after previous: AuditPosition, code: [UInt8]?, to writer: inout JSONWriter
    ) {
        writer.append("{\"sequence\":")
        writer.append(decimal: position.sequence, digits: 1)
        writer.append(",\"previous\":\"")
        writer.append(hex: previous.hash)
        writer.append("\",\"hash\":\"")
        writer.append(hex: position.hash)
        if let code {
            writer.append("\",\"mac\":\"")
            writer.append(hex: code)
            writer.append("\",\"event\":")
        } else {
            writer.append("\",\"mac\":null,\"event\":")
        }
        writer.append(raw: event)
        writer.append("}\n")
    }
}
