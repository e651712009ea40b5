internal import Findings

extension JudgementRule {
    /// RFC 8446 §4.6.1: no server may use a longer one.
    private static let longestTicket: UInt32 = 7 * 86_400

    static let sessions: [JudgementRule] = [
        JudgementRule(
            "tls-client-renegotiation", .low, "A client may ask for a new handshake, which costs the server much more than the client.",
            needs: ["sessions.clientRenegotiation"], remedy: .renegotiation, references: [cve("2011-1473"), rfc(9325, "3.5")]
        ) { view in
            // Without RFC 5746 the same fact is tls-insecure-renegotiation.
            guard view.scan.sessions.clientRenegotiation.value == true, view.scan.extensions.secureRenegotiation.value != false else {
                return []
            }
            return [Violation([Evidence("renegotiation", "accepted once")])]
        },
        JudgementRule(
            "tls-early-data", .info, "Early data (0-RTT) is accepted: whoever recorded it can send it again.",
            needs: ["sessions.earlyData"],
            remedy: .earlyData, references: [rfc(8446, "8"), rfc(8470)]
        ) { view in
            guard let bytes = view.scan.sessions.earlyData.value, bytes > 0 else { return [] }
            return [Violation([Evidence("limit", "\(bytes) bytes")])]
        },
        JudgementRule(
            "tls-ticket-lifetime", .low, "Session tickets live for more than seven days.", needs: ["sessions.ticketLifetime"],
            remedy: .tickets,
            references: [rfc(8446, "4.6.1"), rfc(9325, "7.4")]
        ) { view in
            guard let seconds = view.scan.sessions.ticketLifetime.value, seconds > longestTicket else { return [] }
            return [Violation([Evidence("lifetime", "\(seconds) seconds")])]
        },
        JudgementRule(
            "tls-client-certificate", .info, "The server asks clients for a certificate.", needs: ["clientAuthentication"],
            references: [rfc(8446, "4.3.2")]
        ) { view in
            guard let facts = view.scan.clientAuthentication.value, facts.isRequested else { return [] }
            let demand =
                switch facts.isRequired {
                case true?: "yes"
                case false?: "no"
                case nil: "could not be told"
                }
            let authorities = facts.authorities.map { Evidence("authority", $0) }
            return [Violation([Evidence("required", demand)] + authorities)]
        },
    ]
}
