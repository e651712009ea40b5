import ArgumentParser

/// The commands that words name, from `coffer` down.
struct CommandPath {
    private(set) var commands: [any ParsableCommand.Type] = [Coffer.self]

    /// What they lead to.
    var command: any ParsableCommand.Type { commands[commands.count - 1] }

    /// As a person types it: `coffer key create`.
    var text: String { commands.map { $0._commandName }.joined(separator: " ") }

    /// Goes on as long as words name commands.
    /// - Returns: the words that are left.
    mutating func follow(_ words: ArraySlice<String>) -> ArraySlice<String> {
        var left = words
        while let word = left.first, let next = command.configuration.subcommands.first(where: { Self.names(of: $0).contains(word) }) {
            commands.append(next)
            left.removeFirst()
        }
        return left
    }

    func appending(_ command: any ParsableCommand.Type) -> CommandPath {
        var path = self
        path.commands.append(command)
        return path
    }

    /// Those one step further.
    var children: [CommandPath] { command.configuration.subcommands.map(appending) }

    /// Those any number of steps further, in the order of the help.
    var descendants: [CommandPath] { children.flatMap { [$0] + $0.descendants } }

    /// The names that the last command goes by.
    var names: [String] { Self.names(of: command) }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }
}
