import Foundation
import Synchronization

@testable import TLSInspector

/// A server on 127.0.0.1 that does with each connection what a test says, on threads of its own.
final class LoopbackPeer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let accepted = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)

    /// - Parameter serve: gets the number of the connection, from 0, and its socket, which is closed afterwards.
    init(_ serve: @escaping @Sendable (Int, LoopbackSocket) -> Void) throws {
        (listener, port) = try Self.listen()
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .acquiring) {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                let number = accepted.add(1, ordering: .sequentiallyConsistent).oldValue
                Thread.detachNewThread {
                    let socket = LoopbackSocket(descriptor: descriptor)
                    serve(number, socket)
                    socket.close()
                }
            }
        }
    }

    var acceptedCount: Int { accepted.load(ordering: .sequentiallyConsistent) }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    /// Below those that the kernel hands out, so that nobody gets one by chance before the server has it that it is for.
    private static let ports = Mutex<UInt16>(20_000 + UInt16(getpid() % 100) * 100)

    /// A port on which nobody listens, and which is given once.
    static func unusedPort() throws -> UInt16 {
        for _ in 0..<12_000 {
            let port = ports.withLock { port in
                port = port < 32_000 ? port + 1 : 20_000
                return port
            }
            guard let (listener, _) = try? listen(port: port) else { continue }
            Glibc.close(listener)
            return port
        }
        throw POSIXError(.EADDRINUSE)
    }

    /// - Parameter port: 0 for any that is free.
    static func listen(port: UInt16 = 0, backlog: Int32 = 1024) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.bind(descriptor, address, count) == 0 && Glibc.listen(descriptor, backlog) == 0
                    && getsockname(descriptor, address, &count) == 0
            }
        }
        guard descriptor >= 0, bound else {
            if descriptor >= 0 { Glibc.close(descriptor) }
            throw POSIXError(.EADDRINUSE)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// One accepted connection, with calls that block its own thread.
final class LoopbackSocket: Sendable {
    let descriptor: Int32
    private let isClosed = Atomic<Bool>(false)

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// - Returns: whether all of it was taken.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// The next bytes, none at the end.
    func receive(_ count: Int = 4096) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        return Array(bytes.prefix(max(received, 0)))
    }

    /// Everything up to a line's end.
    func line() -> String {
        var bytes: [UInt8] = []
        while bytes.last != 10 {
            let next = receive(1)
            guard !next.isEmpty else { break }
            bytes += next
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until the client has gone.
    func drain() { while !receive().isEmpty {} }

    /// Tears the connection down with RST.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        Glibc.close(descriptor)
    }
}
