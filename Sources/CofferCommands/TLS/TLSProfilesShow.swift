import ArgumentParser
import TLSInspector

struct TLSProfilesShow: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a guideline, in the form that your own has.",
        discussion: """
            A file is read and written again, which shows whether it is a profile.

            $ coffer tls profiles show nist-800-52r2

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("Its name, or a file.", valueName: "name or file"), completion: WordCompletion.profile) var profile: String
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func run(in session: Session) async throws {
        try session.output.write(JSONText(TLSProfileReference(profile).read(in: session), naming: .asWritten).bytes)
    }
}
