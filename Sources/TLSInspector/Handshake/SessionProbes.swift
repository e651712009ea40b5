internal import OpenSSL

/// Probes that need a whole handshake: sessions, renegotiation, client certificates, HTTP.
///
/// TLS 1.3 is spoken by our own ``TLS13Client``, older versions by libssl. Connections are shared: each does all that fits into one, so that
/// a server with both families sees six at the most, and seven if it insists on a certificate that we have.
struct SessionProbes: Sendable {
    /// For what a server says behind the handshake, in milliseconds.
    static let answerTimeout = 3_000
    static let userAgent = "coffer"

    let dial: @Sendable () async throws(TransportFailure) -> any PeerConnection
    /// What SNI says. Nil sends none.
    var serverName: String?
    /// What an HTTP request names as its host; nil asks no HTTP, as on a port that speaks another protocol.
    var httpHost: String?
    var clientCertificate: ClientCertificate?
    /// Whether ALPN offers http/1.1. A server that speaks HTTP/2 only refuses that.
    var offersProtocol = true

    /// The same without ALPN, if that is what the server refused.
    func withoutProtocol(after failure: HandshakeFailure) -> SessionProbes? {
        guard offersProtocol, httpHost != nil, case .alert(let alert) = failure, alert.code == Alert.noApplicationProtocol else {
            return nil
        }
        var probes = self
        probes.offersProtocol = false
        return probes
    }

    /// Finds out what can be found out with the versions that the server offers.
    func run(offered: Set<ProtocolVersion>) async -> SessionReport {
        var report = SessionReport(untested: "the server offers no version that has it")
        if httpHost == nil { report.http = .untested("the port speaks another protocol") }
        if let version = offered.filter({ $0 >= .tls10 && $0 <= .tls12 }).max() {
            await LegacySessionProbe(probes: self, version: version).run(&report)
        } else if offered.contains(where: { $0 < .tls10 }) {
            report.sessions.refuseLegacy(Undecided(.unsupported, "libssl speaks no version below TLSv1.0"))
        }
        if offered.contains(.tls13) { await SessionProbe13(probes: self).run(&report) }
        return report
    }

    /// A request of HTTP/1.1 (RFC 9112 §3) after which the server is to close.
    var request: [UInt8] {
        guard let httpHost else { return [] }
        let fields = ["Host: \(httpHost)", "User-Agent: \(Self.userAgent)", "Accept: */*", "Connection: close"]
        return Array("GET / HTTP/1.1\r\n\(fields.joined(separator: "\r\n"))\r\n\r\n".utf8)
    }

    func connection() async throws(HandshakeFailure) -> any PeerConnection {
        do {
            return try await dial()
        } catch {
            throw .transport(error)
        }
    }

    /// The facts of an answer.
    /// - Parameter failure: why there is no more of it.
    static func http(_ bytes: [UInt8], failure: HandshakeFailure?) -> Fact<HTTPFacts> {
        do {
            return .known(HTTPFacts(try HTTPHead(bytes)))
        } catch {
            if let failure { return .unknown(failure.undecided) }
            return .unknown(Undecided(.protocolError, bytes.isEmpty ? "the server closed without an answer to HTTP" : error.description))
        }
    }

    /// Distinguished names as text; one that is no name, in hexadecimal, so that it is not lost.
    static func names(_ authorities: [[UInt8]]) -> [String] {
        authorities.map { der in
            do {
                return try DistinguishedName.text(der: der)
            } catch {
                return "#" + der.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
        }
    }
}

extension SessionFacts {
    /// What is known about versions below TLS 1.3 is that it cannot be known.
    mutating func refuseLegacy(_ undecided: Undecided) {
        resumesBySessionID = .unknown(undecided)
        resumesByTicket = .unknown(undecided)
        clientRenegotiation = .unknown(undecided)
    }
}
