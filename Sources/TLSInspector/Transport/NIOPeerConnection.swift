internal import NIOCore

/// A TCP connection on an event loop.
///
/// Each call is bounded by the limits it was made with. A task that is cancelled closes it at once, and so does letting go of it.
final class NIOPeerConnection: PeerConnection {
    private let channel: any Channel
    private let inbox: NIOLoopBound<ByteInbox>

    /// To be called on the channel's event loop.
    init(channel: any Channel, inbox: ByteInbox) {
        self.channel = channel
        self.inbox = NIOLoopBound(inbox, eventLoop: channel.eventLoop)
    }

    deinit {
        // What has ended needs no event loop, which may have been shut down since.
        if channel.isActive { channel.close(mode: .all, promise: nil) }
    }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {
        guard !bytes.isEmpty else { return }
        _ = try await ask { inbox, answer in inbox.send(bytes, answer) }
    }

    func receive() async throws(TransportFailure) -> [UInt8] {
        try await ask { inbox, answer in inbox.receive(within: nil, answer) }
    }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] {
        try await ask { inbox, answer in inbox.receive(within: .milliseconds(max(milliseconds, 1)), answer) }
    }

    func close() async {
        guard channel.isActive else { return }
        let closed = FirstAnswer<Void>()
        channel.closeFuture.whenComplete { _ in closed.give(()) }
        channel.close(mode: .all, promise: nil)
        await closed.take()
    }

    /// Bytes that were read too far are the first that are read again.
    func giveBack(_ bytes: [UInt8]) async {
        let done = FirstAnswer<Void>()
        channel.eventLoop.execute { [inbox] in
            inbox.value.giveBack(bytes)
            done.give(())
        }
        await done.take()
    }

    /// Lets the inbox answer on its event loop.
    private func ask(_ question: @escaping @Sendable (ByteInbox, ByteInbox.Answer) -> Void) async throws(TransportFailure) -> [UInt8] {
        let answer = ByteInbox.Answer()
        let (inbox, loop) = (inbox, channel.eventLoop)
        let result = await withTaskCancellationHandler {
            loop.execute { question(inbox.value, answer) }
            return await answer.take()
        } onCancel: {
            loop.execute { inbox.value.fail(.cancelled) }
        }
        return try result.get()
    }
}
