import ArgumentParser

/// `coffer key rotation`: new key material on a schedule.
struct KeyRotationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotation", abstract: "Rotate keys on a schedule, and see when they were rotated.",
        discussion: """
            $ coffer key rotation enable backups --days 180
            $ coffer key rotation status backups

            \(ExitStatus.help)
            """,
        subcommands: [KeyRotationEnable.self, KeyRotationDisable.self, KeyRotationStatus.self, KeyRotationList.self])
}
