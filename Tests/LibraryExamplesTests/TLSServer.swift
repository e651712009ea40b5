import Foundation
import SystemPackage
import TestSupport

/// `openssl s_server` with TLS 1.2 alone and a certificate of its own in `server.pem`, running as long as this value lives.
struct TLSServer {
    enum Failure: Error { case silent(String) }

    let port: UInt16
    private let process: ChildProcess
    private let output = Pipe()

    init(in folder: TemporaryFolder) throws {
        try Command.succeed(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
                "server.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "90",
            ], in: folder.path.string)
        process = try ChildProcess(
            "/usr/bin/openssl",
            ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-tls1_2", "-www"], in: folder.path.string,
            standard: (nil, output.fileHandleForWriting.fileDescriptor, output.fileHandleForWriting.fileDescriptor))
        // The server's end: without it, reading ends with the server.
        try output.fileHandleForWriting.close()
        port = try Self.port(saidBy: output.fileHandleForReading)
        // Nobody reads further: what it prints must not stop it.
        output.fileHandleForReading.readabilityHandler = { handle in if handle.availableData.isEmpty { handle.readabilityHandler = nil } }
    }

    /// With port 0 it says which one it got: `ACCEPT 127.0.0.1:PORT`.
    private static func port(saidBy output: FileHandle) throws -> UInt16 {
        var text = ""
        while true {
            let data = output.availableData
            guard !data.isEmpty else { throw Failure.silent(text) }
            text += String(decoding: data, as: UTF8.self)
            if let match = text.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)\n/), let port = UInt16(match.1) { return port }
        }
    }
}
