internal import NIOCore
internal import NIOPosix

/// The threads that connections and look-ups of names run on: one for a whole scan, however many targets it has.
///
/// Nothing here blocks Swift's own threads: sockets live on event loops, and `getaddrinfo` waits on threads of its own.
public final class Network: Sendable {
    /// Look-ups that wait at the same time. A slow name server must not hold up the names behind it.
    static let resolverThreadCount = 8
    static let maximumThreadCount = 16

    let group: MultiThreadedEventLoopGroup
    let resolverThreads: NIOThreadPool

    /// - Parameter threads: event loops, 1 to 16. One carries hundreds of connections.
    public init(threads: Int = 1) {
        group = MultiThreadedEventLoopGroup(numberOfThreads: min(max(threads, 1), Self.maximumThreadCount))
        resolverThreads = NIOThreadPool(numberOfThreads: Self.resolverThreadCount)
        resolverThreads.start()
    }

    /// Ends the threads; connections that are still open are closed.
    ///
    /// To be called when nobody dials, sends or receives any more: afterwards nothing can be, and such a call might not end.
    public func shutdown() async throws(TransportFailure) {
        do {
            try await resolverThreads.shutdownGracefully()
            try await group.shutdownGracefully()
        } catch {
            throw TransportFailure(.unsupported, "the threads of the network could not be ended (\(error))")
        }
    }
}

extension Duration {
    /// For the event loop: never negative, and never so long that it overflows.
    var timeAmount: TimeAmount {
        let (seconds, attoseconds) = components
        let bounded = min(max(seconds, 0), 86_400)
        return .nanoseconds(bounded * 1_000_000_000 + (seconds < 0 ? 0 : attoseconds / 1_000_000_000))
    }

    /// Rounded up, so that what is left of a limit is never taken for none.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(min(max(seconds, 0), 86_400)) * 1_000 + Int((max(attoseconds, 0) + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
