import Foundation
import TestSupport
import Testing

@testable import TLSInspector

@Suite("Dialling")
struct NetworkDialerTests {
    private static func smtp(_ socket: LoopbackSocket) {
        socket.send("220 x\r\n")
        _ = socket.line()
        socket.send("250-x\r\n250 STARTTLS\r\n")
        _ = socket.line()
        socket.send("220 go\r\n")
        socket.send(socket.receive())
    }

    /// What dialling a peer that behaves so ends with.
    private func failure(
        of startTLS: StartTLSProtocol?, options: ScanOptions = .patient, _ serve: @escaping @Sendable (Int, LoopbackSocket) -> Void
    ) async throws -> TransportFailure? {
        let peer = try LoopbackPeer(serve)
        defer { peer.stop() }
        return try await withNetwork { network in
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port, startTLS: startTLS), options: options)
            return await #expect(throws: TransportFailure.self) { _ = try await dialer.dial() }
        }
    }

    /// - Parameter answerTimeout: milliseconds.
    private static func once(answerTimeout: Int) -> ScanOptions {
        var options = ScanOptions.patient
        (options.answerTimeout, options.retries) = (answerTimeout, 0)
        return options
    }

    @Test("TLS can begin behind STARTTLS")
    func startTLS() async throws {
        let peer = try LoopbackPeer { _, socket in Self.smtp(socket) }
        defer { peer.stop() }
        try await withNetwork { network in
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port, startTLS: .smtp))
            let connection = try await dialer.dial()
            try await connection.send([22, 3, 1])
            #expect(try await everything(from: connection) == [22, 3, 1])
            #expect(dialer.budget.connectionCount == 1)
        }
    }

    @Test("a server without a word, one that hangs up first and one that hangs up later are told apart")
    func silentServers() async throws {
        let silent = try await failure(of: .imap, options: Self.once(answerTimeout: 50)) { _, socket in socket.drain() }
        #expect(silent == TransportFailure(.timedOut, "the peer did not answer within its limit"))
        let closing = try await failure(of: .imap, options: Self.once(answerTimeout: 60_000)) { _, _ in }
        #expect(closing == TransportFailure(.closed, "the server closed the connection before STARTTLS"))
        let leaving = try await failure(of: .smtp, options: Self.once(answerTimeout: 60_000)) { _, socket in
            socket.send("220 x\r\n")
            _ = socket.line()
        }
        #expect(leaving == TransportFailure(.preamble, "the server closed the connection during STARTTLS"))
        // Long enough for its greeting, wherever it has to wait for a processor.
        let stopping = try await failure(of: .smtp, options: Self.once(answerTimeout: 3_000)) { _, socket in
            socket.send("220 x\r\n")
            socket.drain()
        }
        #expect(stopping == TransportFailure(.preamble, "STARTTLS was not finished (timed-out: the peer did not answer within its limit)"))
    }

    @Test("a server that says no is quoted")
    func refusal() async throws {
        let refused = try await failure(of: .pop3) { _, socket in
            socket.send("+OK\r\n")
            _ = socket.line()
            socket.send("-ERR\r\n")
            _ = socket.line()
            socket.send("-ERR not \u{7}here\r\n")
            socket.drain()
        }
        #expect(refused == TransportFailure(.preamble, #"the server refused STLS: -ERR not \x07here"#))
    }

    @Test("a peer that resets every few connections is waited for, and known as a limiter afterwards")
    func limiter() async throws {
        let peer = try LoopbackPeer { number, socket in
            if number % 4 == 3 { return socket.reset() }
            Self.smtp(socket)
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port, startTLS: .smtp))
            for _ in 0..<8 {
                let connection = try await dialer.dial()
                try await connection.send([1])
                #expect(try await connection.receive() == [1])
                await connection.close()
            }
            #expect(dialer.budget.connectionCount == 10)
            #expect(dialer.budget.isRateLimited)
        }
    }

    @Test("never more connections at once than are allowed")
    func parallel() async throws {
        let inside = Locked(0)
        let most = Locked(0)
        let peer = try LoopbackPeer { _, socket in
            let count = inside.change { inside in
                inside += 1
                return inside
            }
            most.change { $0 = max($0, count) }
            _ = socket.receive()
            inside.change { $0 -= 1 }
            socket.send([1])
        }
        defer { peer.stop() }
        try await withNetwork { network in
            var options = ScanOptions()
            options.parallelConnections = 3
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port), options: options)
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        do {
                            let connection = try await dialer.dial()
                            try await connection.send([1])
                            let answer = try await connection.receive()
                            await connection.close()
                            return answer == [1]
                        } catch {
                            return false
                        }
                    }
                }
                for await isAnswered in group { #expect(isAnswered) }
            }
        }
        #expect(peer.acceptedCount == 60)
        #expect((1...3).contains(most.value))
    }

    @Test("a cancelled dial ends at once, while it connects, waits for a place or listens to the greeting")
    func cancellation() async throws {
        let greeted = AsyncStream<Void>.makeStream()
        let peer = try LoopbackPeer { _, socket in
            greeted.continuation.yield()
            socket.drain()
        }
        defer { peer.stop() }
        try await withNetwork { network in
            var options = ScanOptions()
            (options.parallelConnections, options.answerTimeout, options.connectionTimeout) = (1, 600_000, 600_000)
            let dialer = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port, startTLS: .smtp), options: options)
            let listening = Task { try await dialer.dial() }
            var iterator = greeted.stream.makeAsyncIterator()
            await iterator.next()
            let waiting = Task { try await dialer.dial() }
            waiting.cancel()
            await #expect(throws: TransportFailure.cancelled) { _ = try await waiting.value }
            listening.cancel()
            await #expect(throws: TransportFailure.cancelled) { _ = try await listening.value }
        }
    }

    @Test("a thousand targets, 256 at once, are all answered")
    func thousandTargets() async throws {
        let peer = try LoopbackPeer { _, socket in
            _ = socket.receive()
            socket.send([UInt8](repeating: 1, count: 4_000))
        }
        defer { peer.stop() }
        try await withNetwork { network in
            let semaphore = FairSemaphore(limit: 256)
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<1_000 {
                    group.addTask {
                        guard await semaphore.acquire() else { return false }
                        defer { semaphore.release() }
                        do {
                            let connection = try await network.dialer(to: Endpoint(host: "127.0.0.1", port: peer.port), options: .patient)
                                .dial()
                            try await connection.send([UInt8](repeating: 2, count: 300))
                            let answer = try await everything(from: connection)
                            await connection.close()
                            return answer.count == 4_000
                        } catch {
                            return false
                        }
                    }
                }
                for await isAnswered in group { #expect(isAnswered) }
            }
        }
    }
}
