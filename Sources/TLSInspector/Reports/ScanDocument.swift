/// Scans as they are kept: to be judged again, and to be compared with later ones.
///
/// It holds facts and no conclusions, and no time: two scans of unchanged servers are equal, byte by byte.
/// `Docs/Schemas/tls-scan.schema.json` describes it.
public struct ScanDocument: Sendable, Hashable {
    /// The most bytes that are read or written.
    public static let maximumByteCount = 64 << 20

    /// By endpoint and address.
    public let scans: [EndpointScan]

    /// - Parameter scans: in any order.
    public init(_ scans: some Sequence<EndpointScan>) {
        self.scans = scans.map { JudgedScan(scan: $0) }.sortedByEndpoint().map(\.scan)
    }

    /// Reads what ``bytes()`` wrote, or the result of `coffer tls scan --json`.
    public init(_ bytes: [UInt8]) throws(ReportError) {
        // The version first: what a newer one says, this one cannot read.
        let versions = try ReportJSON.decode(Content<Version>.self, bytes, upTo: Self.maximumByteCount)
        for version in versions.scans where version.schema != EndpointScan.schemaVersion {
            throw ReportError(
                .newerFormat, "the document is of the form \"\(version.schema)\", and only \"\(EndpointScan.schemaVersion)\" is known here")
        }
        self.init(try ReportJSON.decode(Content<EndpointScan>.self, bytes, upTo: Self.maximumByteCount).scans)
    }

    /// Equal documents give equal bytes.
    /// - Throws: `tooLarge` if nobody could read it again.
    public func bytes() throws(ReportError) -> [UInt8] {
        let bytes = try ReportJSON.encode(Content(scans: scans))
        guard bytes.count <= Self.maximumByteCount else {
            throw ReportError(
                .tooLarge, "\(scans.count) scans are more than the \(Self.maximumByteCount) bytes of a document; save fewer at once")
        }
        return bytes
    }
}

/// The document's one member. In a command's result its name begins with a capital, as all names there do.
private struct Content<Scan: Codable>: Codable {
    enum CodingKeys: String, CodingKey { case scans, inResult = "Scans" }

    let scans: [Scan]

    init(scans: [Scan]) { self.scans = scans }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        scans = try container.decode([Scan].self, forKey: container.contains(.inResult) ? .inResult : .scans)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scans, forKey: .scans)
    }
}

private struct Version: Codable {
    let schema: String
}
