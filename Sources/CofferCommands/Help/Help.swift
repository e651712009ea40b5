import ArgumentParser

/// `coffer help`: the help of a command, or what has to be known about a subject that no one command is about.
///
/// ArgumentParser has a `help` of its own, which knows no topics. It comes after those of the tree, and is what shells complete.
struct Help: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "help", abstract: "Explain a command, or a topic.",
        discussion: """
            $ coffer help key create
            $ coffer help exit-codes

            \(HelpTopic.list)

            \(ExitStatus.help)
            """, shouldDisplay: false)

    @Argument(help: ArgumentHelp("A command, or a topic.", valueName: "command or topic")) var words: [String] = []
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func run(in session: Session) async throws {
        if words.count == 1, let topic = HelpTopic(rawValue: words[0]) {
            return try session.output.render(HelpResult(subject: topic.rawValue, text: topic.text + "\n"))
        }
        if let unknown = UnknownCommand(in: words) { throw unknown.error(besides: HelpTopic.allCases.map(\.rawValue)) }
        var path = CommandPath()
        let left = path.follow(words[...])
        guard left.isEmpty else { throw CommandError(.usage, "`\(path.text)` has no commands", hint: "`\(path.text) --help` explains it") }
        try session.output.render(HelpResult(subject: path.text, text: Coffer.helpMessage(for: path.command) + "\n"))
    }
}

private struct HelpResult: CommandResult {
    let subject: String
    let text: String

    enum CodingKeys: CodingKey { case subject, text }
}
