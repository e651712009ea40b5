import Synchronization

@testable import TLSInspector

/// Makes connections to a server in a test, and counts them.
final class CountingDialer: Sendable {
    private let port: UInt16
    private let timeout: Int
    private let number = Mutex(0)

    init(_ port: UInt16, timeout: Int = 60_000) {
        self.port = port
        self.timeout = timeout
    }

    var count: Int { number.withLock { $0 } }

    func dial() async throws(TransportFailure) -> any PeerConnection {
        number.withLock { $0 += 1 }
        return try SocketConnection(port: port, timeout: timeout)
    }

    func probes(http: Bool = true, certificate: ClientCertificate? = nil) -> SessionProbes {
        SessionProbes(
            dial: { () async throws(TransportFailure) in try await self.dial() }, serverName: "localhost",
            httpHost: http ? "localhost" : nil, clientCertificate: certificate)
    }
}
