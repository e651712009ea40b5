import AccessControl
import ArgumentParser
import KeyStore

struct MFASessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "One code for many deletions: a short, counted permission for one prefix.",
        discussion: """
            Until it ends, whoever can open the store can use it up. It ends with its
            minutes, its count, or the next reboot.

            $ coffer mfa session --prefix backups/2026/ --versions 500 --minutes 10
            $ coffer mfa session list
            $ coffer mfa session end 3f2a…

            \(ExitStatus.help)
            """,
        subcommands: [MFASessionBegin.self, MFASessionList.self, MFASessionEnd.self], defaultSubcommand: MFASessionBegin.self)
}

struct MFASessionBegin: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "begin", abstract: "Begin a session; needs a code. `begin` may be left out.",
        discussion: """
            $ coffer mfa session --prefix backups/2026/ --versions 500 --minutes 10

            \(ExitStatus.help)
            """)

    @Option(name: .long, help: "What may be deleted: BUCKET/PREFIX.", completion: WordCompletion.bucketPath) var prefix: String
    @Option(name: .long, help: "How many versions, 1 to 1000.") var versions: Int
    @Option(name: .long, help: "How long, 1 to 15 minutes.") var minutes = 5
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard MFASession.useRange.contains(versions) else { throw ValidationError("--versions is a number from 1 to 1000") }
        guard MFASession.lengthRange.contains(minutes) else { throw ValidationError("--minutes is a number from 1 to 15") }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let gate = try await SecondFactors.require(of: store, in: session)
        let begun = try await gate.beginSession(
            scope: prefix, uses: versions, minutes: minutes, authorizedBy: mfa.code(for: gate, in: session))
        try session.output.render(MFASessionResult(begun))
    }
}

struct MFASessionList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the sessions that can be used.",
        discussion: """
            $ coffer mfa session list

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on store: OpenStore, in session: Session) async throws {
        let sessions = try await SecondFactors.open(of: store, in: session)?.sessions() ?? []
        try session.output.render(MFASessionListResult(sessions: sessions.map(MFASessionResult.Members.init)))
    }
}

struct MFASessionEnd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End a session early. Needs no code.",
        discussion: """
            $ coffer mfa session end 3f2a…

            \(ExitStatus.help)
            """)

    /// Less is a slip, like a variable that is not set, and no name.
    private static let minimumLength = 4

    @Argument(help: "The session's id, or its beginning.") var id: String
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard id.utf8.count >= Self.minimumLength else {
            throw ValidationError("a session is named by at least \(Self.minimumLength) digits of its id")
        }
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let gate = try await SecondFactors.require(of: store, in: session)
        let candidates = try gate.sessions().filter { $0.id.hasPrefix(id.lowercased()) }
        guard let found = candidates.first else { throw AccessError(.notFound, "there is no session \(id.prefix(64))") }
        guard candidates.count == 1 else {
            throw CommandError(.usage, "\(candidates.count) sessions begin with \(id.prefix(64))", hint: "give more of the id")
        }
        try gate.endSession(id: found.id)
        try session.output.render(EndedSessionResult(sessionId: found.id))
    }
}

/// A session as people and programs see it.
struct MFASessionResult: CommandResult {
    struct Members: Encodable {
        let expirationDate: String
        let grantedBy: String
        let prefix: String
        let remainingVersions: Int
        let sessionId: String

        init(_ session: MFASession) {
            expirationDate = session.expirationDate.rfc3339
            grantedBy = session.grantedBy
            prefix = session.scope
            remainingVersions = session.remainingUses
            sessionId = session.id
        }
    }

    let session: Members

    init(_ session: MFASession) { self.session = Members(session) }

    var text: String { session.sessionId + "\n" }
}

private struct MFASessionListResult: CommandResult {
    let sessions: [MFASessionResult.Members]

    var text: String {
        TableOutput(
            header: ["SESSION ID", "PREFIX", "VERSIONS", "UNTIL", "GRANTED BY"],
            rows: sessions.map { [$0.sessionId, $0.prefix, "\($0.remainingVersions)", $0.expirationDate, $0.grantedBy] }
        ).text
    }
}

private struct EndedSessionResult: CommandResult {
    let sessionId: String
    var text: String { "" }
}
