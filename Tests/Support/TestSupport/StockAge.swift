import Foundation
public import SystemPackage

/// An identity of the stock `age`, by the format's author, which shares nothing with ours.
public struct StockAge: Sendable {
    public static let isInstalled = Command.isInstalled("age", "age-keygen")

    public struct Failure: Error { let text: String }

    /// The file of the identity.
    public let identity: FilePath
    public let recipient: String

    /// A new identity, which `age-keygen` writes into a file.
    public init(in file: FilePath) throws {
        identity = file
        try Command.succeed("age-keygen", ["-o", file.string])
        let told = try Command.succeed("age-keygen", ["-y", file.string]).text
        recipient = told.trimmingCharacters(in: .whitespacesAndNewlines)
        // What it writes beside the identity is what others read there.
        guard try String(contentsOfFile: file.string, encoding: .utf8).contains("# public key: \(recipient)\n") else {
            throw Failure(text: "age-keygen says \(told)")
        }
    }

    /// What is in an age file; throws if the identity does not open it, or if it is damaged.
    public func open(_ file: FilePath) throws -> [UInt8] { try Self.open(file, with: identity) }

    public static func open(_ file: FilePath, with identity: FilePath) throws -> [UInt8] {
        // By stdout: given -o, age makes no file of an empty plaintext.
        try Command.succeed("age", ["-d", "-i", identity.string, file.string]).output
    }
}
