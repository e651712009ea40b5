import Foundation
import TestSupport

@testable import TLSInspector

/// Real servers that speak STARTTLS, started by `Tests/Interop/starttls_peers.py` and ended with `stop`.
struct StartTLSPeers {
    /// The protocols whose servers are installed here.
    static let installed: Set<String> = {
        guard let python = Command.python else { return [] }
        do {
            return Set(try Command.succeed(python, [script, "--list"]).text.split(separator: "\n").map(String.init))
        } catch {
            return []
        }
    }()

    private static let script = Repository.url("Tests/Interop/starttls_peers.py").path

    struct NotStarted: Error {}

    let port: UInt16
    private let process: ChildProcess
    private let input = Pipe()

    init(_ startTLS: StartTLSProtocol) throws {
        let output = Pipe()
        process = try ChildProcess(
            Command.python ?? "", [Self.script, startTLS.rawValue],
            standard: (
                input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor,
                nil
            ))
        try output.fileHandleForWriting.close()
        var text = ""
        while !text.hasSuffix("ready\n") {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw NotStarted() }
            text += String(decoding: bytes, as: UTF8.self)
        }
        guard let word = text.split(whereSeparator: \.isWhitespace).dropFirst().first, let port = UInt16(word) else { throw NotStarted() }
        self.port = port
    }

    func stop() throws {
        try input.fileHandleForWriting.close()
        _ = process.waitForEnd()
    }
}
