internal import OpenSSL

/// A certificate on its way into a path.
struct ChainMember: Sendable {
    enum Source: Sendable, Hashable {
        /// By the peer, at this place.
        case sent(Int)
        /// Fetched, or otherwise at hand.
        case extra
        case anchor(isPublic: Bool)
    }

    let certificate: X509Certificate
    let facts: CertificateFacts
    var source: Source

    var fingerprint: String { facts.fingerprint }

    var isSent: Bool {
        if case .sent = source { return true }
        return false
    }

    /// A root by its own word: subject and issuer are one name.
    var isSelfIssued: Bool { certificate.isSelfIssued }

    /// What a person calls it, in quotation marks: its subject, or where that is empty its first name.
    var label: String {
        let name = facts.subject.isEmpty ? facts.dnsNames.first ?? facts.ipAddresses.first ?? "" : facts.subject
        return name.isEmpty ? "without a name (SHA-256 \(fingerprint.prefix(16))…)" : "\"\(name)\""
    }

    /// At the beginning of a sentence, and within one.
    var title: String { "The certificate \(label)" }
    var quoted: String { "the certificate \(label)" }
}
