import Foundation
import Testing

@testable import CofferCommands

/// A command as ArgumentParser tells of it, with what is below it. New commands are in it by themselves.
final class CommandTree: Decodable, Sendable {
    struct Argument: Decodable, Sendable {
        struct Name: Decodable, Sendable {
            let kind: String
            let name: String
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let names: [Name]?
        let valueName: String?
        /// The members are kinds of completion, of which one is there.
        let completionKind: [String: JSONValue]?
    }

    private struct Document: Decodable { let command: CommandTree }

    let commandName: String
    let aliases: [String]?
    let abstract: String?
    let discussion: String?
    let defaultSubcommand: String?
    let superCommands: [String]?
    let subcommands: [CommandTree]?
    let arguments: [Argument]?
    let shouldDisplay: Bool

    static func ofCoffer() async throws -> CommandTree {
        let dump = try await CommandFixture().expect("--experimental-dump-help")
        return try JSONDecoder().decode(Document.self, from: Data(dump.bytes)).command
    }

    /// ArgumentParser's own `help` is behind ours, and never reached.
    var children: [CommandTree] { (subcommands ?? []).filter { $0.commandName != "help" || !$0.shouldDisplay } }
    /// This one, and all below it.
    var all: [CommandTree] { [self] + children.flatMap(\.all) }
    var isNoun: Bool { !children.isEmpty }

    var path: [String] { (superCommands ?? []) + [commandName] }
    var text: String { path.joined(separator: " ") }
    /// What has to be typed behind `coffer`.
    var words: [String] { Array(path.dropFirst()) }
    var options: Set<String> { Set((arguments ?? []).flatMap { ($0.names ?? []).map(\.text) }) }

    /// What words lead to from here, by way of a verb that may be left out, and the words that are left.
    func follow(_ words: ArraySlice<String>) -> (command: CommandTree, left: ArraySlice<String>) {
        guard let word = words.first, let next = child(word) else {
            guard let name = defaultSubcommand, let verb = child(name) else { return (self, words) }
            return (verb, words)
        }
        return next.follow(words.dropFirst())
    }

    private func child(_ word: String) -> CommandTree? {
        children.first { $0.commandName == word || ($0.aliases ?? []).contains(word) }
    }

    /// What is wrong with command lines in a text: words that lead nowhere, and options that their command does not have.
    ///
    /// - Parameter text: lines that begin with `$`, and what stands between backticks.
    func problems(ofCommandsIn text: String) -> [String] {
        Self.commandLines(in: text).flatMap { line in
            let words = line.split(separator: " ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"'),")) }
            let (command, left) = follow(words[...])
            let unknown = left.filter { $0.wholeMatch(of: #/-[A-Za-z]|--[a-z].*/#) != nil }
                .filter { !command.options.contains(String($0.prefix { $0 != "=" })) }.map { "\(line): no option \($0)" }
            let needsVerb = command.isNoun && !(left.first ?? "-").hasPrefix("-") && left.first != "VERB"
            return unknown + (needsVerb ? ["\(line): no command \(left.first ?? "")"] : [])
        }
    }

    /// What stands behind each `coffer` that begins a command.
    private static func commandLines(in text: String) -> [String] {
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let typed: [String] = lines.filter { $0.hasPrefix("$ ") }.map(withoutExplanation)
        let quoted: [String] = text.matches(of: /`([^`]+)`/).map { String($0.1) }
        return (typed + quoted).flatMap(commands)
    }

    /// An explanation stands behind two spaces, or a `#`.
    private static func withoutExplanation(_ line: String) -> String {
        let end = line.firstRange(of: #/ {2,}|#/#)?.lowerBound ?? line.endIndex
        return String(line[..<end])
    }

    private static func commands(in line: String) -> [String] {
        line.split(separator: /[|;&)]+|\$\(/).compactMap { part -> String? in
            guard let found = part.firstMatch(of: /(?:^|[ (])coffer( .*)$/) else { return nil }
            return String(found.1)
        }
    }
}
