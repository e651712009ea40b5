import Foundation
import TestSupport

/// A server of another make, running as long as this value lives.
///
/// Unchecked: nothing changes after `init`.
final class HandshakePeer: @unchecked Sendable {
    enum Failure: Error { case silent(String) }

    let port: UInt16
    let folder: URL
    private let process: ChildProcess
    private let input = Pipe()
    private let output = Pipe()

    /// - Parameters:
    ///   - arguments: with `PORT` and `FOLDER` where those stand.
    ///   - files: what lies in its folder, by name.
    ///   - marker: what it prints once it listens. Nil for peers that print nothing: then a connection is tried until it is taken.
    init(_ program: String, _ arguments: [String], files: [String: String] = [:], marker: String?) throws {
        self.port = try Self.freePort()
        self.folder = FileManager.default.temporaryDirectory.appending(path: "coffer-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (port, folder) = ("\(port)", folder.path)
        let filled = { (text: String) in text.replacingOccurrences(of: "PORT", with: port).replacingOccurrences(of: "FOLDER", with: folder)
        }
        for (name, text) in files { try filled(text).write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8) }
        process = try ChildProcess(
            program, arguments.map(filled), in: folder,
            standard: (
                input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor,
                output.fileHandleForWriting.fileDescriptor
            ))
        // The peer's end: without it, reading ends with the peer.
        try output.fileHandleForWriting.close()
        if let marker { try wait(for: marker) } else { try waitForListener() }
        // Nobody reads further: what it prints must not stop it.
        output.fileHandleForReading.readabilityHandler = { handle in if handle.availableData.isEmpty { handle.readabilityHandler = nil } }
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            print("the folder of a peer stays: \(error)")
        }
    }

    private func wait(for marker: String) throws {
        var text = ""
        while !text.contains(marker) {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw Failure.silent(text) }
            text += String(decoding: data, as: UTF8.self)
        }
    }

    /// A connection is the only sign that these give; the loop ends when it is taken, or the peer has ended.
    private func waitForListener() throws {
        while process.isRunning {
            do {
                _ = try SocketConnection(port: port)
                return
            } catch {
                usleep(2_000)
            }
        }
        throw Failure.silent(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
    }

    private static func freePort() throws -> UInt16 {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Foundation.close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1 }
        }
        guard result == 0 else { throw Failure.silent("no port") }
        return UInt16(bigEndian: address.sin_port)
    }

    static func isInstalled(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }
}
