import ArgumentParser
import Foundation
import KeyStore
import KeyTestSupport
import OpenSSL
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import CofferCommands

/// Swift Testing has an `ExitStatus` too.
typealias ExitStatus = CofferCommands.ExitStatus
/// Foundation has a `Progress` too.
typealias Progress = CofferCommands.Progress

/// A world of its own for commands: a folder that is removed at the end, a clock that the test sets, and a typist.
final class CommandFixture {
    static let passphrase = "correct horse battery staple"

    private let temporary: TemporaryFolder
    let clock = ManualClock(Timestamp(seconds: 1_790_000_000))
    let typist = Typist()
    /// Who scans TLS servers.
    let scanner = PreparedScanner()
    var environment: [String: String] = [:]
    private var runs = 0

    init() throws {
        temporary = try TemporaryFolder()
        environment["COFFER_HOME"] = path("home")
    }

    var folder: String { temporary.path.string }

    /// A fixture with a store that opens by itself.
    static func withStore() async throws -> CommandFixture {
        let fixture = try CommandFixture()
        try await fixture.expect("init --seal keyfile:\(fixture.path("unlock.key")) --quiet")
        return fixture
    }

    func path(_ name: String) -> String { folder + "/" + name }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String, mode: Int = 0o600) throws -> String {
        guard FileManager.default.createFile(atPath: path(name), contents: Data(bytes), attributes: [.posixPermissions: mode]) else {
            throw CocoaError(.fileWriteUnknown)
        }
        return path(name)
    }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String { try write(Array(text.utf8), to: name, mode: mode) }

    func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Runs `coffer` with these arguments, separated by single spaces.
    func run(_ line: String, input: [UInt8] = []) async throws -> Outcome {
        try await run(line.split(separator: " ").map(String.init), input: input)
    }

    func run(_ arguments: [String], input: [UInt8] = []) async throws -> Outcome {
        try await run(arguments, input: input) { context in await CofferApplication.run(arguments, in: context) }
    }

    /// Runs the program as age starts it.
    func runPlugin(_ arguments: [String], input: [UInt8] = []) async throws -> Outcome {
        try await run(arguments, input: input) { context in await AgePlugin.run(arguments, in: context) }
    }

    private func run(
        _ arguments: [String], input: [UInt8], _ body: (CommandContext) async -> ExitStatus
    ) async throws -> Outcome {
        runs += 1
        let names = ["stdin", "stdout", "stderr"].map { "\($0)-\(runs)" }
        try write(input, to: names[0])
        let descriptors = try names.enumerated().map { index, name in
            try FileDescriptor.open(
                path(name), index == 0 ? .readOnly : .readWrite, options: index == 0 ? [] : [.create], permissions: [.ownerReadWrite])
        }
        defer { for descriptor in descriptors { try? descriptor.close() } }
        let status = await body(try context(descriptors))
        return Outcome(
            status: status, bytes: try read(names[1]), errors: String(decoding: try read(names[2]), as: UTF8.self), arguments: arguments)
    }

    /// Runs a command that must end with this status, and gives what it wrote.
    @discardableResult
    func expect(
        _ line: String, _ status: ExitStatus = .success, input: [UInt8] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await expect(line.split(separator: " ").map(String.init), status, input: input, sourceLocation: sourceLocation)
    }

    @discardableResult
    func expect(
        _ arguments: [String], _ status: ExitStatus = .success, input: [UInt8] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let outcome = try await run(arguments, input: input)
        #expect(
            outcome.status == status, "coffer \(arguments.joined(separator: " "))\n\(outcome.errors)", sourceLocation: sourceLocation)
        if status != .success { #expect(outcome.text.isEmpty, "nothing on stdout: \(outcome.text)", sourceLocation: sourceLocation) }
        return outcome
    }

    /// For parts of commands that are tested by themselves: with the streams of this process.
    func session() throws -> Session {
        try Session(context([.standardInput, .standardOutput, .standardError]), OutputOptions.parse([]))
    }

    /// For commands that run at the same time; what they write goes to one file.
    func silentContext(_ name: String) throws -> CommandContext {
        let input = try FileDescriptor.open("/dev/null", .readOnly)
        let output = try FileDescriptor.open(path(name), .readWrite, options: [.create], permissions: [.ownerReadWrite])
        return try context([input, output, output])
    }

    private func context(_ streams: [FileDescriptor]) throws -> CommandContext {
        var context = CommandContext(
            environment: environment, homeDirectory: folder, userName: "ann", standardInput: streams[0], standardOutput: streams[1],
            standardError: streams[2], terminal: typist, clock: clock, scrypt: try ScryptParameters(logN: 10),
            fileScryptLogN: 10, protectProcess: { try SecureHeap.initialize() }, interruption: Interruption())
        context.makeScanner = { [scanner] options in
            scanner.didMake(options)
            return scanner
        }
        return context
    }
}

/// What a command did.
struct Outcome {
    let status: ExitStatus
    let bytes: [UInt8]
    let errors: String
    let arguments: [String]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var line: String { text.trimmingCharacters(in: .newlines) }

    /// The result as JSON.
    var json: [String: Any] {
        get throws { try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]) }
    }

    /// The error as JSON.
    var error: [String: Any] {
        get throws {
            let document = try #require(try JSONSerialization.jsonObject(with: Data(errors.utf8)) as? [String: Any])
            return try #require(document["error"] as? [String: Any])
        }
    }

    /// JSON Lines.
    var jsonLines: [[String: Any]] {
        get throws {
            try text.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            }
        }
    }
}

/// Types prepared passphrases.
final class Typist: PassphraseTerminal {
    private struct State {
        var lines: [String] = []
        var prompts: [String] = []
        var shown: [String] = []
        var answer: (@Sendable (String) throws -> String?)?
    }

    private let state = Mutex(State())

    func willType(_ lines: String...) { state.withLock { $0.lines += lines } }
    var prompts: [String] { state.withLock { $0.prompts } }
    var isAvailable: Bool { true }

    /// What was shown on the terminal alone.
    var shown: [String] { state.withLock { $0.shown } }

    /// Answers what no line was prepared for, from the prompt.
    func willAnswer(_ answer: @escaping @Sendable (String) throws -> String?) { state.withLock { $0.answer = answer } }

    func show(_ secret: borrowing SecretBytes) throws {
        let text = String(decoding: revealed(secret), as: UTF8.self)
        state.withLock { $0.shown.append(text) }
    }

    func readLine(prompt: String, echo: Bool, alternative: String) throws -> SecretBytes {
        let line = try state.withLock { state -> String? in
            state.prompts.append(prompt)
            return try state.lines.isEmpty ? state.answer?(prompt) : state.lines.removeFirst()
        }
        guard let line else {
            throw CommandError(.noCredential, "there is no terminal to ask on", hint: alternative)
        }
        return try secret(line)
    }
}

extension ManualClock {
    /// What it shows.
    var time: String { now.rfc3339 }
}
