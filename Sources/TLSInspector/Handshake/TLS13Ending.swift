/// What came behind our Finished within the time that was given.
struct TLS13Ending: Sendable, Hashable {
    var tickets: [NewSessionTicket13] = []
    /// Application data.
    var data: [UInt8] = []
    /// What came instead of an answer; nil if the time just ran out or an answer came.
    var failure: HandshakeFailure?
    var isClosed = false

    /// Alerts with which servers refuse a client that shows no certificate: RFC 8446 §6.2 has certificate_required, and older stacks keep
    /// what they said in TLS 1.2.
    static let refusingAlerts: Set<UInt8> = [Alert.certificateRequired, Alert.handshakeFailure, 41, 42, 46, 49]

    /// Whether a server that asked for a certificate insists on one. Nil if nothing came that would tell.
    var isCertificateRequired: Bool? {
        if !tickets.isEmpty || !data.isEmpty { return false }
        if case .alert(let alert) = failure, Self.refusingAlerts.contains(alert.code) { return true }
        return nil
    }
}
