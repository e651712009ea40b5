import ArgumentParser
import Findings
import KeyStore

struct KeyMaintain: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintain", abstract: "Do what is due: rotations, deletions, expiry of imported material.",
        discussion: """
            This also happens whenever the store is opened; run it from a timer where that
            is rare. A deletion waits until its time has really passed as far as coffer
            can tell, whatever the clock says. If the machine was off meanwhile and you
            know that the clock is right, --trust-clock says so.

            $ coffer key maintain
            $ coffer key maintain --trust-clock

            \(ExitStatus.help)
            """)

    @Flag(name: .long, help: "Believe the machine's clock about time that coffer did not see pass.") var trustClock = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        try session.output.render(MaintenanceResult(store.service.performMaintenance(trustingWallClock: trustClock)))
    }
}

private struct MaintenanceResult: CommandResult {
    struct Waiting: Encodable {
        let dueDate: String
        let keyId: String
        let unattestedDays: Int
    }

    let deleted: [String]
    let expired: [String]
    let rotated: [String]
    let waiting: [Waiting]

    init(_ report: MaintenanceReport) {
        deleted = report.deleted
        expired = report.expired
        rotated = report.rotated
        waiting = report.waiting.map { Waiting(dueDate: $0.dueDate.rfc3339, keyId: $0.keyARN, unattestedDays: $0.unattestedDays) }
    }

    var text: String {
        var lines = rotated.map { "rotated \($0)" } + expired.map { "expired: material of \($0)" } + deleted.map { "deleted \($0)" }
        lines += waiting.map { "waiting: \($0.keyId), due \($0.dueDate), \(CountText.of($0.unattestedDays, "day")) not yet seen to pass" }
        return (lines.isEmpty ? ["nothing was due"] : lines).map { $0 + "\n" }.joined()
    }
}
