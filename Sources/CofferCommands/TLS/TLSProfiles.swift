import ArgumentParser

/// `coffer tls profiles`: the guidelines that servers are held against.
struct TLSProfiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "List and show the guidelines that servers are held against.",
        discussion: """
            $ coffer tls profiles list
            $ coffer tls profiles show mozilla-modern > ours.json    # the form of your own

            \(ExitStatus.help)
            """, subcommands: [TLSProfilesList.self, TLSProfilesShow.self])
}
