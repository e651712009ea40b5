import AccessControl
import ArgumentParser
import KeyStore

struct MFAProtectKeys: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect-keys", abstract: "Whether scheduling the deletion of a key needs a code; switching it off needs one.",
        discussion: """
            On from the first device on.

            $ coffer mfa protect-keys off                    asks for a code
            $ coffer mfa protect-keys on

            \(ExitStatus.help)
            """)

    enum Setting: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    @Argument(help: "on or off.") var setting: Setting
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let gate = try await SecondFactors.require(of: store, in: session)
        switch setting {
        case .on: try await gate.setProtectsKeys(true, authorizedBy: nil)
        case .off: try await gate.setProtectsKeys(false, authorizedBy: mfa.code(for: gate, in: session))
        }
        try session.output.render(KeyProtectionResult(protectsKeys: gate.protectsKeys()))
    }
}

private struct KeyProtectionResult: CommandResult {
    let protectsKeys: Bool
    var text: String { "" }
}
