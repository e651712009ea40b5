import Foundation
import TestSupport
import Testing

/// Certificates for peers, made once for all tests of a process: a key of each kind, self-signed for `localhost`.
///
/// In files, because peers read them from there; the folder goes with the process.
enum HandshakeCertificates {
    static let openssl = "/usr/bin/openssl"
    static let ecdsa = make("ecdsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
    static let rsa = make("rsa", ["-newkey", "rsa:2048"])
    static let smallRSA = make("small", ["-newkey", "rsa:1024"])
    static let ed25519 = make("ed25519", ["-newkey", "ed25519"])

    struct Files: Sendable {
        var certificate: String
        var key: String
    }

    private static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coffer-tls-certificates-\(UUID().uuidString)")
        required { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        atexit { required { try FileManager.default.removeItem(at: HandshakeCertificates.folder) } }
        return folder
    }()

    private static func make(_ name: String, _ key: [String]) -> Files {
        let files = Files(certificate: folder.appending(path: "\(name).crt").path, key: folder.appending(path: "\(name).key").path)
        let request = ["req", "-x509", "-nodes", "-days", "30", "-subj", "/O=Example, Inc./CN=localhost"]
        required { try Command.succeed(openssl, request + key + ["-keyout", files.key, "-out", files.certificate]) }
        return files
    }

    /// Without certificates there is nothing to test.
    private static func required(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            fatalError("\(error)")
        }
    }
}
