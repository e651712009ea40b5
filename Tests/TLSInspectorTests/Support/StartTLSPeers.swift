import Foundation

@testable import TLSInspector

/// Real servers that speak STARTTLS, started by `Tests/Interop/starttls_peers.py` and ended with `stop`.
struct StartTLSPeers {
    /// The interpreter that `make test` names.
    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    /// The protocols whose servers are installed here.
    static let installed: Set<String> = {
        guard let python else { return [] }
        do {
            let (process, output) = (Process(), Pipe())
            (process.executableURL, process.arguments) = (URL(fileURLWithPath: python), [script, "--list"])
            process.standardOutput = output
            try process.run()
            let names = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return Set(String(decoding: names, as: UTF8.self).split(separator: "\n").map(String.init))
        } catch {
            return []
        }
    }()

    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Interop/starttls_peers.py").path

    struct NotStarted: Error {}

    let port: UInt16
    private let process = Process()
    private let input = Pipe()

    init(_ startTLS: StartTLSProtocol) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.python ?? "")
        process.arguments = [Self.script, startTLS.rawValue]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
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
        process.waitUntilExit()
    }
}
