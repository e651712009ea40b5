/// Where a program finds what is wrong. (People read `Finding.resource`.)
public struct FindingLocation: Sendable, Hashable {
    /// A URI reference (RFC 3986): ASCII, nothing in it that a URI may not have.
    public let uri: String
    /// The damaged bytes, counted from 0. Nil where it is all of it, or nobody knows.
    public let byteRange: Range<UInt64>?

    /// A place that has a URI. Whatever may not stand in a URI is percent-encoded; what is encoded already stays.
    public init(uri: String, byteRange: Range<UInt64>? = nil) {
        self.uri = URIText.reference(uri)
        self.byteRange = byteRange
    }

    /// A file. Names of files are bytes and need not be UTF-8. An absolute path becomes a `file:` URI, another one a relative reference.
    public init(path: some Sequence<UInt8>, byteRange: Range<UInt64>? = nil) {
        self.uri = URIText.path(path)
        self.byteRange = byteRange
    }

    public init(path: String, byteRange: Range<UInt64>? = nil) { self.init(path: path.utf8, byteRange: byteRange) }
}

extension FindingLocation: Encodable {
    private enum CodingKeys: String, CodingKey { case uri, byteRange }
    private enum RangeKeys: String, CodingKey { case start, end }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(uri, forKey: .uri)
        guard let byteRange else { return }
        var range = container.nestedContainer(keyedBy: RangeKeys.self, forKey: .byteRange)
        try range.encode(byteRange.lowerBound, forKey: .start)
        try range.encode(byteRange.upperBound, forKey: .end)
    }
}
