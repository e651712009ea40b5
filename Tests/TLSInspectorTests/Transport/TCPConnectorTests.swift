import Foundation
import Testing

@testable import TLSInspector

@Suite("Connections")
struct TCPConnectorTests {
    @Test("what is sent arrives, and what the peer says is received until it closes")
    func conversation() async throws {
        let peer = try LoopbackPeer { _, socket in
            socket.send("you said \(socket.line())")
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let connection = try await network.connection(to: peer.port)
            try await connection.send(Array("hello\n".utf8))
            #expect(try await everything(from: connection) == Array("you said hello\n".utf8))
            #expect(try await connection.receive() == [], "the end stays the end")
            await connection.close()
        }
    }

    @Test("a port on which nobody listens is refused")
    func refused() async throws {
        let port = try LoopbackPeer.unusedPort()
        try await withNetwork { network in
            await #expect(throws: TransportFailure(.refused, "nobody listens")) { _ = try await network.connection(to: port) }
        }
    }

    @Test("a connection that is torn down is told apart from one that is closed")
    func reset() async throws {
        let peer = try LoopbackPeer { _, socket in
            _ = socket.receive()
            socket.reset()
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let connection = try await network.connection(to: peer.port)
            try await connection.send([1])
            await #expect(throws: TransportFailure(.reset, "the connection was torn down")) { _ = try await connection.receive() }
        }
    }

    @Test("what came before a reset can still be read")
    func answerBeforeReset() async throws {
        let peer = try LoopbackPeer { _, socket in
            _ = socket.receive()
            socket.send([7])
            _ = socket.receive()
            socket.reset()
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let connection = try await network.connection(to: peer.port)
            try await connection.send([1])
            #expect(try await connection.receive() == [7])
            try await connection.send([1])
            await #expect(throws: TransportFailure.self) { _ = try await connection.receive() }
        }
    }

    @Test("a silent peer is timed out, and a short wait leaves the connection usable")
    func silence() async throws {
        let peer = try LoopbackPeer { _, socket in
            _ = socket.receive(1)
            socket.send([9])
            socket.drain()
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let limits = ConnectionLimits(connect: .seconds(20), answer: .milliseconds(30), whole: .seconds(60))
            let impatient = try await network.connection(to: peer.port, limits: limits)
            await #expect(throws: TransportFailure(.timedOut, "the peer did not answer within its limit")) {
                _ = try await impatient.receive()
            }
            let connection = try await network.connection(to: peer.port)
            await #expect(throws: TransportFailure.self) { _ = try await connection.receive(within: 20) }
            try await connection.send([1])
            #expect(try await connection.receive() == [9])
        }
    }

    @Test("a peer that trickles is cut off when the time for the whole connection is over")
    func trickle() async throws {
        let peer = try LoopbackPeer { _, socket in
            while socket.send([0]) { usleep(5_000) }
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let limits = ConnectionLimits(connect: .seconds(20), answer: .seconds(20), whole: .seconds(2))
            // Its time begins with the connecting.
            await #expect(throws: TransportFailure(.timedOut, "the connection took longer than its limit")) {
                _ = try await everything(from: network.connection(to: peer.port, limits: limits))
            }
        }
    }

    @Test("an endless peer is read on demand only, and cut off at the limit of bytes")
    func endless() async throws {
        let peer = try LoopbackPeer { _, socket in
            let block = [UInt8](repeating: 0x5A, count: 65_536)
            while socket.send(block) {}
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let connection = try await network.connection(to: peer.port)
            var count = 0
            let failure = await #expect(throws: TransportFailure.self) {
                while true {
                    let bytes = try await connection.receive()
                    #expect(bytes.count <= TCPConnector.readByteCount)
                    count += bytes.count
                }
            }
            #expect(failure == TransportFailure(.budget, "the peer sent more than 1048576 bytes"))
            #expect(count <= ConnectionLimits.maximumReceivedByteCount)
        }
    }

    @Test("a peer that takes nothing does not hold the sender")
    func stuck() async throws {
        // Accepted by the system, and read by nobody.
        let (listener, port) = try LoopbackPeer.listen()
        defer { Glibc.close(listener) }
        try await withNetwork { network in
            let limits = ConnectionLimits(connect: .seconds(20), answer: .milliseconds(100), whole: .seconds(60))
            let connection = try await network.connection(to: port, limits: limits)
            await #expect(throws: TransportFailure(.timedOut, "the peer did not take what was sent")) {
                try await connection.send([UInt8](repeating: 0, count: 32 << 20))
            }
        }
    }

    @Test("a cancelled task closes its connection at once")
    func cancellation() async throws {
        let ended = AsyncStream<Void>.makeStream()
        let peer = try LoopbackPeer { _, socket in
            socket.drain()
            ended.continuation.yield()
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let connection = try await network.connection(to: peer.port)
            let task = Task { try await connection.receive() }
            task.cancel()
            await #expect(throws: TransportFailure.cancelled) { _ = try await task.value }
            var iterator = ended.stream.makeAsyncIterator()
            await iterator.next()
        }
    }

    @Test("a connection that nobody holds any more is closed")
    func abandoned() async throws {
        let ended = AsyncStream<Void>.makeStream()
        let peer = try LoopbackPeer { _, socket in
            socket.drain()
            ended.continuation.yield()
        }
        defer { peer.stop() }
        try await withNetwork { network in
            _ = try await network.connection(to: peer.port)
            var iterator = ended.stream.makeAsyncIterator()
            await iterator.next()
        }
    }

    @Test("a host that answers no SYN is timed out")
    func silentHost() async throws {
        // A queue of one: what comes when it is full is dropped by the system.
        let (listener, port) = try LoopbackPeer.listen(backlog: 0)
        defer { Glibc.close(listener) }
        try await withNetwork { network in
            let limits = ConnectionLimits(connect: .milliseconds(100), answer: .seconds(20), whole: .seconds(60))
            var queued: [NIOPeerConnection] = []
            let failure = await #expect(throws: TransportFailure.self) {
                while queued.count < 16 { queued.append(try await network.connection(to: port, limits: limits)) }
            }
            #expect(failure == TransportFailure(.timedOut, "no connection within its limit"))
            for connection in queued { await connection.close() }
        }
    }

    @Test("what cannot be reached is told as that")
    func unreachable() async throws {
        try await withNetwork { network in
            let address = try await AddressResolver(network: network).addresses(of: "255.255.255.255", port: 443)[0]
            let failure = await #expect(throws: TransportFailure.self) {
                _ = try await TCPConnector(network: network).connect(to: address, limits: .patient)
            }
            #expect(failure?.reason == .unreachable)
        }
    }

    @Test(
        "an error of the system has its reason",
        arguments: [
            (ECONNREFUSED, Undecided.Reason.refused), (ECONNRESET, .reset), (EPIPE, .reset), (ETIMEDOUT, .timedOut),
            (EHOSTUNREACH, .unreachable),
            (ENETUNREACH, .unreachable), (EADDRNOTAVAIL, .unreachable), (EACCES, .unreachable), (EMFILE, .budget), (EBADF, .unreachable),
        ])
    func systemErrors(code: Int32, reason: Undecided.Reason) {
        #expect(TransportFailure(errno: code).reason == reason)
    }

    @Test("a connection that outlives its network ends quietly")
    func outlived() async throws {
        let peer = try LoopbackPeer { _, socket in socket.drain() }
        defer { peer.stop() }
        let connection = try await withNetwork { network in try await network.connection(to: peer.port) }
        await connection.close()
    }
}
