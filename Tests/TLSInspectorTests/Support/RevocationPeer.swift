import Foundation
import TestSupport

@testable import TLSInspector

/// `Tests/Interop/revocation_peer.py`: an authority, its responder and its web server. One for all tests; it ends with this process.
final class RevocationPeer: Sendable {
    /// When its honest answers are valid, a day before and after.
    static let time: Int64 = 1_800_000_000
    static let day: Int64 = 86_400

    private static let started: Result<RevocationPeer, any Error> = Result { try RevocationPeer() }

    static let isInstalled = Command.pythonHas("cryptography")

    static func shared() throws -> RevocationPeer { try started.get() }

    let folder: String
    let base: String
    /// The same over https, with a certificate that nobody trusts.
    let secureBase: String
    // As long as it is open, the peer lives.
    private let input: Pipe
    private let process: ChildProcess

    struct Failure: Error { let text: String }

    private init() throws {
        let output = Pipe()
        input = Pipe()
        let script = Repository.url("Tests/Interop/revocation_peer.py").path
        process = try ChildProcess(
            Command.python ?? "", ["-u", "-W", "ignore", script, String(Self.time)],
            standard: (
                input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor,
                FileHandle.standardError.fileDescriptor
            ))
        try output.fileHandleForWriting.close()
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

    /// The certificate with another object identifier for the kind of its key (id-ecPublicKey, RFC 5480 §2.1.1).
    func certificateWithUnknownKey(_ name: String) throws -> [UInt8] {
        let known: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        return try certificate(name).replacing(known, with: known.dropLast() + [0x7F])
    }

    /// A fetcher that may ask this machine.
    static func fetcher(totalTimeout: Int = 60_000) -> CurlFetcher {
        var policy = FetchPolicy()
        policy.allowsPrivateAddresses = true
        // Tests run beside others on slow machines.
        policy.connectTimeout = 30_000
        policy.totalTimeout = totalTimeout
        return CurlFetcher(policy: policy)
    }
}
