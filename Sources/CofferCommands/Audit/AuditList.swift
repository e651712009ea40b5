import ArgumentParser
import AuditTrail
import KeyStore

struct AuditList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the newest events.",
        discussion: """
            Listing needs no passphrase, unless --key names an alias, which has to be
            looked up. Of an exported trail, FILE, no store is needed; verify it first.

            $ coffer audit list --last 50 --event-name Decrypt
            $ coffer audit list --key backups --since 90d --json > evidence.json
            $ coffer audit list --since 2026-11-01 --until 2026-11-30T12:00Z
            $ coffer audit list trail-2026.jsonl --event-name Decrypt

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    private static let most = 100_000

    @Argument(help: ArgumentHelp("An exported trail; without it, that of the store.", valueName: "file"), completion: .file())
    var file: String?
    @Option(name: .long, help: "How many, at most 100000; 20 unless --since says how far back.") var last: Int?
    @Option(name: .long, help: ArgumentHelp("Not before this time or day, or this long ago (12h, 90d).", valueName: "time"))
    var since: String?
    @Option(name: .long, help: ArgumentHelp("Not after this time, before this day, or this long ago.", valueName: "time")) var until:
        String?
    @Option(name: .long, help: "Only this operation, for example Decrypt.") var eventName: String?
    @Option(name: .long, help: "Only what was done with this key.") var key: KeyReference?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard last.map((1...Self.most).contains) ?? true else { throw ValidationError("--last is a number from 1 to 100000") }
    }

    func check(in session: Session) throws { _ = try period(in: session) }

    func run(in session: Session) async throws {
        if key?.isAlias == true { return try await run(on: OpenStore.open(options, in: session), in: session) }
        if let file { return try list(ExportedTrail.open(file, in: session), keyID: key?.serviceName, in: session) }
        let files = StoreFiles(directory: options.home.path(in: session.context))
        try Directory.requirePrivate(files.directory)
        try list(AuditTrail(path: files.auditTrail, access: .readOnly), keyID: key?.serviceName, in: session)
    }

    func run(on store: OpenStore, in session: Session) async throws {
        let trail = try file.map { try ExportedTrail.open($0, in: session) } ?? store.trail
        try await list(trail, keyID: key?.keyID(in: store.service), in: session)
    }

    private func list(_ trail: AuditTrail, keyID: String?, in session: Session) throws {
        let period = try period(in: session)
        let limit = last ?? (since == nil ? 20 : Self.most)
        var records: [AuditRecord] = []
        var names: Set<String> = []
        // A clock may have been set back, so events that are too old do not end the search.
        try trail.forEachNewestFirst { record in
            names.insert(record.eventName)
            if period.contains(record.eventTime), matches(record, keyID: keyID) { records.append(record) }
            return records.count < limit
        }
        if names.isEmpty {
            session.output.warn("the audit trail has no event at all")
        } else if records.isEmpty {
            session.output.note("no event fits; on record are \(names.sorted().map(visible).joined(separator: ", "))")
        }
        let isCut = last == nil && records.count == Self.most
        if isCut { session.output.warn("these are the newest \(limit); there may be more") }
        if session.output.wantsJSON {
            // The events are JSON already, exactly as they were recorded and hashed.
            try session.output.write("{\n  \"Events\" : [\n    " + records.map(\.json).joined(separator: ",\n    "))
            try session.output.write("\n  ]\(isCut ? ",\n  \"Truncated\" : true" : "")\n}\n")
        } else {
            try session.output.write(Self.table(records).text)
        }
    }

    /// In nanoseconds since 1970.
    private func period(in session: Session) throws -> ClosedRange<Int64> {
        let now = try session.context.clock.read().wall
        let from = try since.map { try Timestamp(since: $0, option: "--since", now: now) }?.nanoseconds ?? .min
        let to = try until.map { try Self.end(of: $0, now: now) } ?? .max
        guard from <= to else { throw CommandError(.usage, "--until lies before --since") }
        return from...to
    }

    /// A day that is written as such is left out, as the help says; a time is not.
    private static func end(of text: String, now: Timestamp) throws -> Int64 {
        let time = try Timestamp(asOf: text, option: "--until", now: now).nanoseconds
        return text.utf8.count == "2026-11-01".utf8.count ? time - 1 : time
    }

    private func matches(_ record: AuditRecord, keyID: String?) -> Bool {
        guard eventName.map({ $0 == record.eventName }) ?? true else { return false }
        guard let keyID else { return true }
        return record.resources.contains { $0 == keyID || $0.hasSuffix(":key/" + keyID.lowercased()) }
    }

    private static func table(_ records: [AuditRecord]) -> TableOutput {
        TableOutput(
            header: ["TIME", "EVENT", "USER", "KEY", "RESULT"],
            rows: records.map { record in
                let key = record.resources.first.flatMap { $0.split(separator: "/").last } ?? "-"
                return [
                    Timestamp(nanoseconds: record.eventTime).rfc3339, visible(record.eventName), visible(record.userName),
                    visible(String(key)),
                    visible(record.errorCode ?? "ok"),
                ]
            })
    }
}
