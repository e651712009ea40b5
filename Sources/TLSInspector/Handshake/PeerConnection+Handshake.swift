/// No handshake takes more calls of `receive`, each of which the connection bounds in time.
private let maximumReceiveCount = 4096

extension PeerConnection {
    /// The next bytes of a handshake, as many as there are; none once the server has closed its side.
    /// - Parameters:
    ///   - number: how many pieces that makes, from 1.
    ///   - milliseconds: nil for the connection's own time.
    func receive(piece number: Int, within milliseconds: Int?) async throws(HandshakeFailure) -> [UInt8] {
        guard number <= maximumReceiveCount else { throw .wire(.oversized("the row of pieces in which the server answers")) }
        do {
            guard let milliseconds else { return try await receive() }
            return try await receive(within: milliseconds)
        } catch {
            throw .transport(error)
        }
    }

    /// Sends what a handshake has to say, which may be nothing.
    func send(handshake bytes: [UInt8]) async throws(HandshakeFailure) {
        guard !bytes.isEmpty else { return }
        do {
            try await send(bytes)
        } catch {
            throw .transport(error)
        }
    }
}
