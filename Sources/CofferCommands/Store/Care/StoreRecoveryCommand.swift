import ArgumentParser
import ObjectStore

/// `coffer store recovery`: who can open objects without this store.
struct StoreRecoveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery", abstract: "An identity kept elsewhere that opens every new object, too.",
        discussion: """
            With it an object is an age file that stock `age` opens, even if the keys are
            gone. Keep the identity apart from this machine, and with copies of objects/
            and objects.sqlite: objects of up to 16 KiB are in that database alone.

            $ age-keygen -o recovery.txt                     prints the recipient, age1…
            $ coffer store recovery set age1…
            $ coffer store recovery show

            \(ExitStatus.help)
            """,
        subcommands: [StoreRecoveryShow.self, StoreRecoverySet.self, StoreRecoveryUnset.self])
}

/// Who it is.
struct RecoveryRecipientResult: CommandResult {
    let recipient: String?
    var text: String { recipient.map { $0 + "\n" } ?? "" }
}

/// Who it is after a change.
struct ChangedRecoveryResult: CommandResult {
    let recipient: String?
    var text: String { "" }
}
