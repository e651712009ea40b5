/// Why a certificate was revoked (CRLReason, RFC 5280 §5.3.1).
public struct RevocationReason: Sendable, Hashable, CustomStringConvertible {
    public let code: Int

    public init(code: Int) {
        self.code = code
    }

    public static let keyCompromise = RevocationReason(code: 1)
    public static let certificateHold = RevocationReason(code: 6)
    public static let removeFromCRL = RevocationReason(code: 8)

    private static let names = [
        0: "unspecified", 1: "keyCompromise", 2: "cACompromise", 3: "affiliationChanged", 4: "superseded", 5: "cessationOfOperation",
        6: "certificateHold", 8: "removeFromCRL", 9: "privilegeWithdrawn", 10: "aACompromise",
    ]

    /// The standard's name, `reason 7` for a number without one.
    public var description: String { Self.names[code] ?? "reason \(code)" }
}
