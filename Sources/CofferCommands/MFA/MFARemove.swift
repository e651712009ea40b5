import AccessControl
import ArgumentParser
import KeyStore

struct MFARemove: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a device; needs a code of any device, or a recovery code.",
        discussion: """
            With the last device go the recovery codes, and nothing is asked for any more.

            $ coffer mfa remove phone                        asks for a code
            $ coffer mfa remove phone --mfa 'token 12345678'
            $ coffer mfa remove phone --mfa 7K3M-Q0ZD-9VXA-41TB

            \(ExitStatus.help)
            """)

    @Argument(help: "The device's name or serial.") var device: String
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let gate = try await SecondFactors.require(of: store, in: session)
        try await gate.removeDevice(device, authorizedBy: mfa.code(for: gate, in: session))
        session.output.note("removed \(device)")
        if try gate.deviceNames().isEmpty { session.output.warn("no device is left: nothing asks for a code any more") }
        try session.output.render(RemovedDeviceResult(name: device))
    }
}

private struct RemovedDeviceResult: CommandResult {
    let name: String
    var text: String { "" }
}
