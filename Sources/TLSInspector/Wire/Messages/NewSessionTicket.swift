/// A ticket to resume a session with, up to TLS 1.2 (RFC 5077 §3.3).
struct NewSessionTicket: Sendable, Hashable {
    /// Seconds; 0 says nothing about it.
    var lifetime: UInt32
    /// Empty if the server decided against one.
    var ticket: [UInt8]

    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.lifetime = try reader.uint32("a NewSessionTicket")
        self.ticket = Array(try reader.vector16("a NewSessionTicket"))
        try reader.requireEnd("a NewSessionTicket")
    }
}

/// The same in TLS 1.3 (RFC 8446 §4.6.1).
struct NewSessionTicket13: Sendable, Hashable {
    /// Seconds; at most a week by the standard, which is not enforced here: it is a fact about the server.
    var lifetime: UInt32
    var ageAdd: UInt32
    var nonce: [UInt8]
    var ticket: [UInt8]
    var extensions: [ClientHello.Extension]
    /// Bytes of early data that the ticket allows, nil if it allows none (RFC 8446 §4.2.10).
    var maximumEarlyData: UInt32?

    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        self.lifetime = try reader.uint32("a NewSessionTicket")
        self.ageAdd = try reader.uint32("a NewSessionTicket")
        self.nonce = Array(try reader.vector8("a NewSessionTicket"))
        self.ticket = Array(try reader.vector16("a NewSessionTicket"))
        guard !ticket.isEmpty else { throw .malformed("an empty ticket") }
        self.extensions = try ServerHello.extensions(&reader)
        try reader.requireEnd("a NewSessionTicket")
        self.maximumEarlyData = nil
        for item in extensions where item.type == .earlyData {
            var limit = ByteReader(item.body)
            self.maximumEarlyData = try limit.uint32("the limit on early data")
            try limit.requireEnd("the limit on early data")
        }
    }
}
