import Dispatch
import Foundation

@testable import TLSInspector

/// A connection over a blocking socket, on a queue of its own: just enough to talk to servers in tests.
///
/// Unchecked: everything that changes is touched on the queue alone.
final class SocketConnection: PeerConnection, @unchecked Sendable {
    private let queue = DispatchQueue(label: "socket of a test")
    private let timeout: Int
    private var socket: Int32

    init(port: UInt16, timeout: Int = 60_000) throws(TransportFailure) {
        self.timeout = timeout
        self.socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard let connected = Self.connect(socket, port), connected == 0 else {
            Foundation.close(socket)
            throw TransportFailure(.refused)
        }
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    }

    private static func connect(_ socket: Int32, _ port: UInt16) -> Int32? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { if socket >= 0 { Foundation.close(socket) } }

    func send(_ bytes: [UInt8]) async throws(TransportFailure) {
        let result: Result<Void, TransportFailure> = await withCheckedContinuation { continuation in
            queue.async {
                var sent = 0
                while sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes { rest in
                        Foundation.send(self.socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                    }
                    if count <= 0 { return continuation.resume(returning: .failure(TransportFailure(.reset))) }
                    sent += count
                }
                continuation.resume(returning: .success(()))
            }
        }
        try result.get()
    }

    func receive() async throws(TransportFailure) -> [UInt8] { try await receive(within: timeout) }

    func receive(within milliseconds: Int) async throws(TransportFailure) -> [UInt8] {
        let result: Result<[UInt8], TransportFailure> = await withCheckedContinuation { continuation in
            queue.async {
                var request = pollfd(fd: self.socket, events: Int16(POLLIN), revents: 0)
                guard poll(&request, 1, Int32(milliseconds)) == 1 else {
                    return continuation.resume(returning: .failure(TransportFailure(.timedOut)))
                }
                var buffer = [UInt8](repeating: 0, count: 1 << 14)
                let count = recv(self.socket, &buffer, buffer.count, 0)
                guard count >= 0 else { return continuation.resume(returning: .failure(TransportFailure(.reset))) }
                continuation.resume(returning: .success(Array(buffer.prefix(count))))
            }
        }
        return try result.get()
    }

    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                if self.socket >= 0 { Foundation.close(self.socket) }
                self.socket = -1
                continuation.resume()
            }
        }
    }
}
