import ArgumentParser
import TLSInspector

struct TLSProfilesList: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the guidelines that come with coffer.",
        discussion: """
            $ coffer tls profiles list

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func run(in session: Session) async throws {
        try session.output.render(ProfileList(profiles: Profile.embedded.map(ListedProfile.init)))
    }
}

private struct ProfileList: CommandResult {
    let profiles: [ListedProfile]

    var text: String {
        let rows = profiles.map { [$0.id, $0.aliases.joined(separator: " "), $0.title] }
        return TableOutput(header: ["PROFILE", "ALSO", "TITLE"], rows: rows).text
    }
}

private struct ListedProfile: Encodable {
    let id: String
    let aliases: [String]
    let title: String
    let source: String

    init(_ profile: Profile) {
        id = profile.id
        aliases = profile.aliases
        title = profile.title
        source = profile.source
    }
}
