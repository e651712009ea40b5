/// Signature schemes for hellos of TLS 1.2 that ask about something else: each answer names one, which goes to the end of the next hello's
/// list, so that most schemes are seen without a connection of their own.
///
/// None is ever left out: a server that can sign with one only must not refuse a suite for want of it.
struct SchemeOffer: Sendable {
    private(set) var schemes = TLSSignatureScheme.offered

    mutating func moveToEnd(_ scheme: TLSSignatureScheme?) {
        guard let scheme, let index = schemes.firstIndex(of: scheme) else { return }
        schemes.append(schemes.remove(at: index))
    }
}
