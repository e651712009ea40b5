import ArgumentParser
import AuditTrail
import KeyStore

struct AuditVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that no event was changed, removed, reordered or added by anybody else.",
        discussion: """
            Exit status 5 and the first problem by line and event if something is wrong.

            $ coffer audit verify

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let verification = try store.trail.verify(against: store.service.auditAnchor())
        if let problem = verification.firstProblem {
            throw CommandError(
                .auditDamaged, "the audit trail is damaged: \(visible(problem.description))", hint: "keep a copy of the store's directory as evidence")
        }
        try session.output.render(AuditVerificationResult(verification))
    }
}

private struct AuditVerificationResult: CommandResult {
    let authenticatedCount: UInt64
    let eventCount: UInt64
    let intact = true

    private enum CodingKeys: CodingKey { case authenticatedCount, eventCount, intact }

    init(_ verification: AuditVerification) {
        authenticatedCount = verification.authenticatedCount
        eventCount = verification.eventCount
    }

    var text: String {
        let tail = eventCount - authenticatedCount
        return "\(eventCount) events, all as they were recorded\(tail == 0 ? "" : "; the last \(tail) while the store was sealed")\n"
    }
}
