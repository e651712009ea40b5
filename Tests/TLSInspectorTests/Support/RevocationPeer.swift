import Foundation

@testable import TLSInspector

/// `Tests/Interop/revocation_peer.py`: an authority, its responder and its web server. One for all tests; it ends with this process.
final class RevocationPeer: Sendable {
    /// When its honest answers are valid, a day before and after.
    static let time: Int64 = 1_800_000_000
    static let day: Int64 = 86_400

    private static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]
    private static let started: Result<RevocationPeer, any Error> = Result { try RevocationPeer() }

    static let isInstalled: Bool = {
        guard let python else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", "import cryptography"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    static func shared() throws -> RevocationPeer { try started.get() }

    let folder: String
    let base: String
    /// The same over https, with a certificate that nobody trusts.
    let secureBase: String
    // As long as it is open, the peer lives.
    private let input: Pipe

    struct Failure: Error { let text: String }

    private init() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python ?? "")
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Interop/revocation_peer.py").path
        process.arguments = ["-u", "-W", "ignore", script, String(Self.time)]
        let output = Pipe()
        input = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var text = ""
        while text.count(where: { $0 == "\n" }) < 3 {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw Failure(text: "the peer ended: \(text)") }
            text += String(decoding: bytes, as: UTF8.self)
        }
        let lines = text.split(separator: "\n")
        (folder, base, secureBase) = (String(lines[0]), "http://127.0.0.1:\(lines[1])", "https://127.0.0.1:\(lines[2])")
    }

    /// DER of a certificate, or another file.
    func file(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))) }

    func certificate(_ name: String) throws -> [UInt8] { try file(name + ".der") }

    /// A fetcher that may ask this machine.
    static func fetcher(totalTimeout: Int = 10_000) -> CurlFetcher {
        var policy = FetchPolicy()
        policy.allowsPrivateAddresses = true
        policy.totalTimeout = totalTimeout
        return CurlFetcher(policy: policy)
    }
}
