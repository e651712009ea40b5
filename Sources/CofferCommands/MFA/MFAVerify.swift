import AccessControl
import ArgumentParser
import KeyStore

struct MFAVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that a code is accepted, which uses it up.",
        discussion: """
            $ coffer mfa verify
            $ coffer mfa verify --mfa 'phone 123456'

            \(ExitStatus.help)
            """)

    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let gate = try await SecondFactors.require(of: store, in: session)
        let source = try await gate.verify(mfa.code(for: gate, in: session))
        try session.output.render(VerifiedCodeResult(acceptedFrom: source))
    }
}

private struct VerifiedCodeResult: CommandResult {
    let acceptedFrom: String
    var text: String { "accepted: \(acceptedFrom)\n" }
}
