/// One thing that is wrong: how bad it is, where, and how to fix it.
///
/// Whoever judges makes these; this module only orders, counts and reports them. Strings may come from anywhere and hold anything, except
/// secrets, which have no place in a report. Reporters escape them for what they write.
public struct Finding: Sendable, Hashable, Encodable {
    /// The rule that was broken, in kebab case (`missing-blob`). Stable: programs compare and suppress by it.
    public let id: String
    public let severity: Severity
    /// What is affected, for people: `backups/2026/a.tar (version 3f2a…)`.
    public let resource: String
    /// What is wrong, one sentence, without the name of the resource.
    public let title: String
    /// The facts that show it, in the order in which a reader needs them.
    public let evidence: [Evidence]
    /// What to do, best the command that does it. Nil where nothing can be done.
    public let remediation: String?
    /// The same in the words of programs that could be meant, one each. Empty where no configuration does it.
    public let configurations: [Configuration]
    /// Where to read on: URLs, or names of documents.
    public let references: [String]
    /// What is affected, for programs. Nil where it is nothing that a URI could name.
    public let location: FindingLocation?

    public init(
        id: String, severity: Severity, resource: String, title: String, evidence: [Evidence] = [], remediation: String? = nil,
        configurations: [Configuration] = [], references: [String] = [], location: FindingLocation? = nil
    ) {
        self.id = id
        self.severity = severity
        self.resource = resource
        self.title = title
        self.evidence = evidence
        self.remediation = remediation
        self.configurations = configurations
        self.references = references
        self.location = location
    }
}
