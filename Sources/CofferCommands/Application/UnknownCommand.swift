import ArgumentParser

/// A word in the place of a command that names none, and what may have been meant.
struct UnknownCommand {
    private static let shownSuggestionCount = 3
    private static let shownCharacterCount = 80

    /// The commands in front of it.
    private let path: CommandPath
    private let word: String
    /// What stands behind it.
    private let rest: ArraySlice<String>

    /// - Returns: nil when every word in such a place names a command.
    init?(in arguments: [String]) {
        // Whoever begins with an option hears from the parser, which knows which of them have values.
        let words = arguments.prefix { !$0.hasPrefix("-") }
        var path = CommandPath()
        let left = path.follow(words)
        let configuration = path.command.configuration
        guard let word = left.first, !configuration.subcommands.isEmpty, configuration.defaultSubcommand == nil else { return nil }
        (self.path, self.word, rest) = (path, word, left.dropFirst())
    }

    /// - Parameter others: words that would have been understood, too, where the first one stands.
    func error(besides others: [String] = []) -> CommandError {
        let said = "\(path.text) \(word)".prefix(Self.shownCharacterCount)
        let meant = path.commands.count == 1 ? Spelling.closest(to: word, among: others).map { "coffer help \($0)" } : []
        let suggestions = (meant + suggestions.map(\.text)).prefix(Self.shownSuggestionCount).map { "`\($0)`" }
        guard let last = suggestions.last else {
            return CommandError(.usage, "there is no command `\(said)`", hint: "`\(path.text) --help` lists what there is")
        }
        let list = suggestions.count == 1 ? last : suggestions.dropLast().joined(separator: ", ") + " or " + last
        return CommandError(.usage, "there is no command `\(said)`", hint: "did you mean \(list)?")
    }

    private var suggestions: [CommandPath] {
        let near = Spelling.closest(to: word, among: path.children.flatMap(\.names))
        let alike = path.children.filter { $0.names.contains(where: near.contains) }
        return alike.isEmpty ? elsewhere : alike.map(followed)
    }

    /// `coffer kye list` means `coffer key list`.
    private func followed(_ path: CommandPath) -> CommandPath {
        var path = path
        _ = path.follow(rest)
        return path
    }

    /// Commands of that very name further down: `coffer scan`; with the words in the other order, `coffer create key`, that one alone.
    private var elsewhere: [CommandPath] {
        let found = path.descendants.filter { $0.names.contains(word) }
        let turned = found.filter { found in found.commands.dropLast().contains { rest.contains($0._commandName) } }
        if !turned.isEmpty { return turned }
        // Every noun has a `list`: to name three of them helps nobody.
        return found.count <= Self.shownSuggestionCount ? found : []
    }
}
