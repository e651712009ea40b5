/// The order of findings in every report: the most severe first, then by resource, rule, location, and whatever else tells two of them apart.
///
/// Text is compared by its UTF-8 bytes, not by the rules of a language or of Unicode: the order is the same everywhere, and it is total, so
/// equal findings give equal reports in whatever order they were found.
struct FindingOrder {
    private let severity: Severity
    private let fields: [[UInt8]]

    init(_ finding: Finding) {
        self.severity = finding.severity
        var fields = [Array(finding.resource.utf8), Array(finding.id.utf8), Array((finding.location?.uri ?? "").utf8)]
        let range = finding.location?.byteRange
        fields += [Self.bytes(range?.lowerBound ?? 0), Self.bytes(range?.upperBound ?? 0)]
        // Below here two findings are about the same thing, and only have to be told apart. Presence and counts keep fields from running together.
        fields += [Self.bytes(finding.location == nil ? 0 : 1), Self.bytes(range == nil ? 0 : 1)]
        fields.append(Array(finding.title.utf8))
        fields += [Self.bytes(finding.remediation == nil ? 0 : 1), Array((finding.remediation ?? "").utf8)]
        fields.append(Self.bytes(UInt64(finding.evidence.count)))
        fields += finding.evidence.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] }
        fields.append(Self.bytes(UInt64(finding.configurations.count)))
        fields += finding.configurations.flatMap { [Array($0.product.utf8), Array($0.line.utf8)] }
        fields += finding.references.map { Array($0.utf8) }
        self.fields = fields
    }

    func precedes(_ other: FindingOrder) -> Bool {
        guard severity == other.severity else { return severity > other.severity }
        return fields.lexicographicallyPrecedes(other.fields) { $0.lexicographicallyPrecedes($1) }
    }

    /// Big-endian, so that bytes compare as numbers do.
    private static func bytes(_ number: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension Sequence<Finding> {
    /// The findings as every report has them: the most severe first, then by resource, rule and location.
    public func inReportOrder() -> [Finding] {
        map { (order: FindingOrder($0), finding: $0) }
            .sorted { $0.order.precedes($1.order) }
            .map(\.finding)
    }
}
