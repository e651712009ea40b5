/// What a device and its verifier have agreed on, besides the seed.
public struct TOTPParameters: Sendable, Hashable {
    public static let digitRange = 6...8
    /// In seconds. RFC 6238 §5.2 recommends 30.
    public static let periodRange = 15...60
    public static let standard = TOTPParameters(unchecked: .sha1, digits: 6, period: 30)

    public let algorithm: TOTPAlgorithm
    public let digits: Int
    /// The length of a time step in seconds.
    public let period: Int

    /// - Throws: `validation` when `digits` is not in ``digitRange`` or `period` not in ``periodRange``.
    public init(algorithm: TOTPAlgorithm = .sha1, digits: Int = 6, period: Int = 30) throws(AccessError) {
        guard Self.digitRange.contains(digits) else {
            throw AccessError(
                .validation, "a code has \(Self.digitRange.lowerBound) to \(Self.digitRange.upperBound) digits, not \(digits)")
        }
        guard Self.periodRange.contains(period) else {
            throw AccessError(
                .validation,
                "a code changes every \(Self.periodRange.lowerBound) to \(Self.periodRange.upperBound) seconds, not every \(period)")
        }
        self.init(unchecked: algorithm, digits: digits, period: period)
    }

    private init(unchecked algorithm: TOTPAlgorithm, digits: Int, period: Int) {
        self.algorithm = algorithm
        self.digits = digits
        self.period = period
    }
}
