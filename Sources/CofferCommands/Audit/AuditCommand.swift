import ArgumentParser

/// `coffer audit`: who did what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read and verify the record of everything that was done.",
        discussion: """
            $ coffer audit list --last 5
            $ coffer audit verify
            $ coffer audit export -o trail.jsonl --sign-with audit-key

            \(ExitStatus.help)
            """,
        subcommands: [AuditList.self, AuditVerify.self, AuditExport.self, AuditAccept.self])
}
