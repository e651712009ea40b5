import Foundation
import SystemPackage
import TestSupport

/// A server of another make, running as long as this value lives.
///
/// Unchecked: nothing changes after `init`.
final class HandshakePeer: @unchecked Sendable {
    enum Failure: Error { case silent(String) }

    let port: UInt16
    let folder: TemporaryFolder
    private let process: ChildProcess
    private let input = Pipe()
    private let output = Pipe()

    /// - Parameters:
    ///   - arguments: with `PORT` and `FOLDER` where those stand.
    ///   - files: what lies in its folder, by name.
    ///   - marker: what it prints once it listens. Nil for peers that print nothing: then a connection is tried until it is taken.
    init(_ program: String, _ arguments: [String], files: [String: String] = [:], marker: String?) throws {
        self.port = try LoopbackPeer.unusedPort()
        self.folder = try TemporaryFolder()
        let (port, folder) = ("\(port)", folder.path.string)
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
}
