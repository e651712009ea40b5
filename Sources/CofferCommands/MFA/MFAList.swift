import AccessControl
import ArgumentParser
import KeyStore

struct MFAList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the devices, their locks, and how many recovery codes are left.",
        discussion: """
            $ coffer mfa list
            $ coffer mfa list --json | jq '.Devices[] | .SerialNumber'

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        guard let gate = try await SecondFactors.open(of: store, in: session) else {
            session.output.note("no device is enrolled; see `coffer mfa enroll --help`")
            return try session.output.render(MFAListResult(devices: [], protectsKeys: false, recoveryCodesLeft: 0))
        }
        let devices = try await gate.devices().map(MFADeviceResult.Members.init)
        if devices.isEmpty { session.output.note("no device is enrolled; see `coffer mfa enroll --help`") }
        try session.output.render(
            MFAListResult(devices: devices, protectsKeys: gate.protectsKeys(), recoveryCodesLeft: gate.remainingRecoveryCodeCount()))
    }
}
