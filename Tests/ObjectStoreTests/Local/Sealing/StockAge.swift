import Foundation
import Testing

/// The stock `age`, by its author, which knows nothing of this store.
struct StockAge: Sendable {
    static let isInstalled = ["age", "age-keygen"].allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }

    let identity: URL
    let recipient: String

    /// A new identity, in a file of this folder.
    init(in folder: URL) throws {
        identity = folder.appendingPathComponent("identity-\(UUID().uuidString)")
        _ = try Self.run("age-keygen", ["-o", identity.path])
        let text = try Self.run("age-keygen", ["-y", identity.path])
        recipient = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What is in an age file; throws if the identity does not open it, or if it is damaged.
    func open(_ file: URL) throws -> Data { try Self.run("age", ["-d", "-i", identity.path, file.path]) }

    struct Failure: Error { let status: Int32 }

    private static func run(_ name: String, _ arguments: [String]) throws -> Data {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(name)")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return data
    }
}
