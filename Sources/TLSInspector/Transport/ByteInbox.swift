internal import NIOCore

/// The end of a channel's pipeline: keeps what the peer sent until somebody asks for it, and asks for no more before.
///
/// Everything here happens on the channel's event loop. The socket is read on demand only, so that a peer who never stops
/// sending fills its own buffers and not ours.
final class ByteInbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Answer = FirstAnswer<Result<[UInt8], TransportFailure>>

    private enum State {
        case open
        /// The peer has closed its side; what it sent before can still be taken.
        case ended
        case failed(TransportFailure)
    }

    private struct Waiter {
        let answer: Answer
        let timer: Scheduled<Void>
    }

    private let limits: ConnectionLimits
    private let deadline: NIODeadline
    private var state = State.open
    private var held: [UInt8] = []
    private var receivedByteCount = 0
    private var waiter: Waiter?
    private var context: ChannelHandlerContext?
    private var wholeTimer: Scheduled<Void>?

    init(limits: ConnectionLimits, deadline: NIODeadline) {
        self.limits = limits
        self.deadline = deadline
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wholeTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            fail(TransportFailure(.timedOut, "the connection took longer than its limit"))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.ended)
        wholeTimer?.cancel()
        wholeTimer = nil
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        receivedByteCount += buffer.readableBytes
        guard receivedByteCount <= limits.receivedByteCount else {
            return fail(TransportFailure(.budget, "the peer sent more than \(limits.receivedByteCount) bytes"))
        }
        held.append(contentsOf: buffer.readableBytesView)
        guard let waiter, !held.isEmpty else { return }
        release(waiter, .success(take()))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.ended)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failed(TransportFailure(error)))
        context.close(promise: nil)
    }

    /// The next bytes, now or when they come.
    func receive(within limit: Duration?, _ answer: Answer) {
        precondition(waiter == nil, "one task reads from a connection")
        guard held.isEmpty else { return answer.give(.success(take())) }
        switch state {
        case .ended: return answer.give(.success([]))
        case .failed(let failure): return answer.give(.failure(failure))
        case .open: break
        }
        guard let context else { return answer.give(.failure(TransportFailure(.closed, "the connection was closed"))) }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: (limit ?? limits.answer).timeAmount) { [weak self] in
            guard let self else { return }
            giveUpWaiting()
        }
        waiter = Waiter(answer: answer, timer: timer)
        context.read()
    }

    func send(_ bytes: [UInt8], _ answer: Answer) {
        switch state {
        case .ended: return answer.give(.failure(TransportFailure(.closed, "the peer had closed the connection")))
        case .failed(let failure): return answer.give(.failure(failure))
        case .open: break
        }
        guard let context else { return answer.give(.failure(TransportFailure(.closed, "the connection was closed"))) }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.answer.timeAmount) { [weak self] in
            guard let self else { return }
            fail(TransportFailure(.timedOut, "the peer did not take what was sent"))
        }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes))).assumeIsolated().whenComplete { result in
            timer.cancel()
            answer.give(self.outcome(of: result))
        }
    }

    /// Bytes that were read too far are the first that are read again.
    func giveBack(_ bytes: [UInt8]) { held.insert(contentsOf: bytes, at: 0) }

    /// Ends the connection from our side: nothing that came before counts any more.
    func fail(_ failure: TransportFailure) {
        held = []
        end(.failed(failure))
        context?.close(promise: nil)
    }

    private func outcome(of result: Result<Void, any Error>) -> Result<[UInt8], TransportFailure> {
        switch (result, state) {
        case (.success, _): .success([])
        case (.failure, .failed(let failure)): .failure(failure)
        case (.failure(let error), _): .failure(TransportFailure(error))
        }
    }

    /// The connection can be used further: only this wait is over.
    private func giveUpWaiting() {
        guard let waiter else { return }
        release(waiter, .failure(TransportFailure(.timedOut, "the peer did not answer within its limit")))
    }

    private func end(_ final: State) {
        guard case .open = state else { return }
        state = final
        guard let waiter else { return }
        switch final {
        case .failed(let failure): release(waiter, .failure(failure))
        case .open, .ended: release(waiter, .success(take()))
        }
    }

    private func release(_ waiter: Waiter, _ result: Result<[UInt8], TransportFailure>) {
        self.waiter = nil
        waiter.timer.cancel()
        waiter.answer.give(result)
    }

    private func take() -> [UInt8] {
        defer { held = [] }
        return held
    }
}
