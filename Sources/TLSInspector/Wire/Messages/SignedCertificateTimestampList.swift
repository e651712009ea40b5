/// Signed certificate timestamps from a handshake or from an extension of a certificate (RFC 6962 §3.3).
struct SignedCertificateTimestampList: Sendable, Hashable {
    /// Each as its log made it (RFC 6962 §3.2).
    var timestamps: [[UInt8]]

    /// Logs that anybody asks for are a handful.
    static let maximumCount = 64

    init(_ body: [UInt8]) throws(WireError) {
        var reader = ByteReader(body)
        var list = ByteReader(try reader.vector16("a list of certificate timestamps"))
        try reader.requireEnd("a list of certificate timestamps")
        var timestamps: [[UInt8]] = []
        while !list.isAtEnd {
            guard timestamps.count < Self.maximumCount else { throw .oversized("a list of certificate timestamps") }
            let timestamp = try list.vector16("a certificate timestamp")
            guard !timestamp.isEmpty else { throw .malformed("an empty certificate timestamp") }
            timestamps.append(Array(timestamp))
        }
        guard !timestamps.isEmpty else { throw .malformed("an empty list of certificate timestamps") }
        self.timestamps = timestamps
    }
}
