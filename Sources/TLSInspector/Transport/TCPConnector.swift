internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Opens TCP connections, each read on demand and within its limits.
struct TCPConnector: Sendable {
    /// What is read at once: most answers to a hello are shorter. Each open connection holds so much.
    static let readByteCount = 4 * 1024
    /// What the system keeps of a peer that sends faster than it is read.
    static let receiveBufferByteCount: Int32 = 64 * 1024

    let network: Network

    /// - Throws: `refused`, `reset`, `timedOut`, `unreachable`; `budget` when the task was cancelled.
    func connect(to address: NetworkAddress, limits: ConnectionLimits) async throws(TransportFailure) -> NIOPeerConnection {
        let deadline = NIODeadline.now() + limits.whole.timeAmount
        let attempt = Attempt()
        let answer = FirstAnswer<Result<NIOPeerConnection, TransportFailure>>()
        let result = await withTaskCancellationHandler {
            bootstrap(limits, deadline: deadline, attempt: attempt).connect(to: address.socketAddress).whenComplete { result in
                answer.give(attempt.outcome(of: result))
            }
            return await answer.take()
        } onCancel: {
            attempt.cancel()
        }
        return try result.get()
    }

    private func bootstrap(_ limits: ConnectionLimits, deadline: NIODeadline, attempt: Attempt) -> ClientBootstrap {
        ClientBootstrap(group: network.group)
            .connectTimeout(min(limits.connect, limits.whole).timeAmount)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_rcvbuf), value: SocketOptionValue(Self.receiveBufferByteCount))
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readByteCount))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = ByteInbox(limits: limits, deadline: deadline)
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    attempt.began(channel, NIOPeerConnection(channel: channel, inbox: inbox))
                }
            }
    }

    /// A connection on its way, which can be given up before it is there.
    private final class Attempt: Sendable {
        private struct State {
            var connection: NIOPeerConnection?
            var channel: (any Channel)?
            var isCancelled = false
        }

        private let state = Mutex(State())

        func began(_ channel: any Channel, _ connection: NIOPeerConnection) {
            let isCancelled = state.withLock { state in
                state.channel = channel
                state.connection = connection
                return state.isCancelled
            }
            if isCancelled { channel.close(mode: .all, promise: nil) }
        }

        func cancel() {
            let channel = state.withLock { state in
                state.isCancelled = true
                return state.channel
            }
            channel?.close(mode: .all, promise: nil)
        }

        func outcome(of result: Result<any Channel, any Error>) -> Result<NIOPeerConnection, TransportFailure> {
            let (connection, isCancelled) = state.withLock { state in
                defer { state.connection = nil }
                return (state.connection, state.isCancelled)
            }
            if isCancelled { return .failure(.cancelled) }
            switch result {
            case .failure(let error): return .failure(TransportFailure(error))
            case .success:
                guard let connection else { return .failure(TransportFailure(.closed, "the connection was closed")) }
                return .success(connection)
            }
        }
    }
}
