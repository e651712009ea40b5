import ArgumentParser

/// Which store.
struct HomeOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The store's directory.", discussion: "Default: $COFFER_HOME, else $XDG_DATA_HOME/coffer, else ~/.local/share/coffer.",
            valueName: "path"), completion: .directory)
    var home: String?

    /// The first of the documented places that is named.
    func path(in context: CommandContext) -> String {
        if let home { return home }
        if let home = context.environment["COFFER_HOME"], !home.isEmpty { return home }
        // The XDG specification ignores relative paths.
        if let data = context.environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/coffer" }
        return context.homeDirectory + "/.local/share/coffer"
    }
}
