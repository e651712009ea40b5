import AccessControl
import ArgumentParser
import KeyStore

struct MFARecoveryCodes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery-codes", abstract: "Codes for the day on which every device is lost.",
        discussion: """
            $ coffer mfa recovery-codes regenerate

            \(ExitStatus.help)
            """,
        subcommands: [MFARecoveryCodesRegenerate.self])
}

struct MFARecoveryCodesRegenerate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "regenerate", abstract: "Make ten new recovery codes; the old ones are worth nothing from then on.",
        discussion: """
            $ coffer mfa recovery-codes regenerate
            $ coffer mfa recovery-codes regenerate --mfa 'phone 123456'
            $ coffer mfa recovery-codes regenerate --recovery-codes codes.txt

            \(ExitStatus.help)
            """)

    @Option(
        name: .long,
        help: ArgumentHelp("Write the recovery codes to this new file (mode 0600) instead of showing them.", valueName: "file"),
        completion: .file())
    var recoveryCodes: String?

    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func check(in session: Session) throws {
        try OutputFile.checkAll([recoveryCodes], replacing: false)
        guard recoveryCodes != nil || session.context.terminal.isAvailable else {
            throw CommandError(.noCredential, "there is no terminal to show the recovery codes on", hint: "give --recovery-codes FILE")
        }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let gate = try await SecondFactors.require(of: store, in: session)
        let codes = try await gate.regenerateRecoveryCodes(authorizedBy: mfa.code(for: gate, in: session))
        try RecoveryCodeOutput(path: recoveryCodes).write(codes, in: session)
        try session.output.render(RecoveryCodesResult(recoveryCodesLeft: gate.remainingRecoveryCodeCount()))
    }
}

private struct RecoveryCodesResult: CommandResult {
    let recoveryCodesLeft: Int
    var text: String { "" }
}
