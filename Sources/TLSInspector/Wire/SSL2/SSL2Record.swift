/// One record of SSLv2 (draft-hickman-netscape-ssl-00, section 1.1): a header of two bytes, or of three where there is padding.
struct SSL2Record: Sendable, Hashable {
    /// Of the header with two bytes.
    static let maximumByteCount = 0x7FFF

    /// Without the padding.
    var body: [UInt8]

    init(body: [UInt8]) { self.body = body }

    /// The record at the start of what a peer sent, or nil as long as it is not whole.
    init?(startOf bytes: ArraySlice<UInt8>) throws(WireError) {
        guard bytes.count >= 2 else { return nil }
        var reader = ByteReader(bytes)
        let header = try reader.uint16("a record of SSLv2")
        if header & 0x8000 != 0 {
            let count = Int(header & 0x7FFF)
            guard reader.remaining >= count else { return nil }
            self.body = Array(try reader.take(count, "a record of SSLv2"))
            return
        }
        let count = Int(header & 0x3FFF)
        guard !reader.isAtEnd else { return nil }
        let padding = Int(try reader.uint8("a record of SSLv2"))
        guard padding <= count else { throw .malformed("the padding of a record of SSLv2") }
        guard reader.remaining >= count else { return nil }
        self.body = Array(try reader.take(count - padding, "a record of SSLv2"))
    }
}
