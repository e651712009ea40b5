/// Signature schemes for hellos of TLS 1.2 that ask about something else: each answer names one, which the next hello leaves out, so that
/// most of them are seen without a connection of their own.
///
/// What every server can sign with stays in the offer, at its end, so that no suite is refused for want of a scheme.
struct SchemeOffer: Sendable {
    private var varied: [TLSSignatureScheme]
    private let kept: [TLSSignatureScheme]

    init() {
        let common: Set<UInt16> = [0x0401, 0x0403, 0x0201, 0x0203, 0x0202, 0x0402]
        self.varied = TLSSignatureScheme.offered.filter { ["rsa", "ecdsa"].contains($0.family) && !common.contains($0.rawValue) }
        let varied = Set(varied)
        self.kept = TLSSignatureScheme.offered.filter { !varied.contains($0) }
    }

    var schemes: [TLSSignatureScheme] { varied + kept }

    mutating func leaveOut(_ scheme: TLSSignatureScheme?) {
        varied.removeAll { $0 == scheme }
    }
}

extension TLSSignatureScheme {
    /// `rsa`, `ecdsa`, and so on: the first word of the registered name.
    fileprivate var family: Substring { name.prefix { $0 != "_" } }
}
