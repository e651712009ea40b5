/// A connection to a peer, behind whatever had to be said before TLS (a proxy, STARTTLS), byte by byte.
///
/// Every call ends: within the limits that the connection was made with, or it throws.
public protocol PeerConnection: AnyObject, Sendable {
    func send(_ bytes: [UInt8]) async throws(TransportFailure)
    /// The next bytes, as many as there are; none at all once the peer has closed its side.
    func receive() async throws(TransportFailure) -> [UInt8]
    /// Bytes for a shorter time than the connection's own: `timedOut` if none came, and the connection can be used further.
    /// - Parameter milliseconds: 1 or more.
    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8]
    func close() async
}

/// Makes connections to one endpoint, as many as it is allowed to.
public protocol Dialer: Sendable {
    /// A connection on which TLS may begin.
    func dial() async throws(TransportFailure) -> any PeerConnection
}

/// Why there is no connection, or no more of it.
public struct TransportFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: Undecided.Reason
    public let detail: String

    public init(_ reason: Undecided.Reason, _ detail: String = "") {
        self.reason = reason
        self.detail = detail
    }

    public var undecided: Undecided { Undecided(reason, detail) }
    public var description: String { undecided.description }
}
