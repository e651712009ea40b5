import ArgumentParser

/// `coffer key import`: material that its owner made elsewhere.
struct KeyImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring your own key material.",
        discussion: """
            In one step, for a file on this machine:

            $ coffer key create --origin external --alias mine
            $ openssl rand -out mine.key 32
            $ coffer key import mine.key --key mine

            In AWS's three steps, for material that must not come here in the clear (an HSM wraps it):

            $ coffer key import parameters mine --public-key wrap.der --token mine.token
            $ …                                             wrap the material to wrap.der
            $ coffer key import material mine --token mine.token --encrypted-key-material mine.wrapped

            \(ExitStatus.help)
            """,
        subcommands: [KeyImportFile.self, KeyImportParameters.self, KeyImportMaterial.self, KeyImportDeleteMaterial.self],
        defaultSubcommand: KeyImportFile.self)
}
