import ArgumentParser
import AuditTrail
import KeyStore

struct AuditList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the newest events.",
        discussion: """
            Listing needs no passphrase, unless --key names an alias, which has to be looked up.

            $ coffer audit list --last 50 --event-name Decrypt
            $ coffer audit list --key backups --json | jq '.Events[] | .errorCode'

            \(ExitStatus.help)
            """,
        aliases: ["ls"])

    @Option(name: .long, help: "How many, at most 100000.") var last = 20
    @Option(name: .long, help: "Only this operation, for example Decrypt.") var eventName: String?
    @Option(name: .long, help: "Only what was done with this key.") var key: KeyReference?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard (1...100_000).contains(last) else { throw ValidationError("--last is a number from 1 to 100000") }
    }

    func run(in session: Session) async throws {
        if key?.isAlias == true { return try await run(on: OpenStore.open(options, in: session), in: session) }
        let files = StoreFiles(directory: options.home.path(in: session.context))
        try Directory.requirePrivate(files.directory)
        try list(AuditTrail(path: files.auditTrail, access: .readOnly), keyID: key?.serviceName, in: session)
    }

    func run(on store: OpenStore, in session: Session) async throws {
        try await list(store.trail, keyID: key?.keyID(in: store.service), in: session)
    }

    private func list(_ trail: AuditTrail, keyID: String?, in session: Session) throws {
        var records: [AuditRecord] = []
        try trail.forEachNewestFirst { record in
            if matches(record, keyID: keyID) { records.append(record) }
            return records.count < last
        }
        if session.output.wantsJSON {
            // The events are JSON already, exactly as they were recorded and hashed.
            try session.output.write("{\n  \"Events\" : [\n    " + records.map(\.json).joined(separator: ",\n    ") + "\n  ]\n}\n")
        } else {
            try session.output.write(Self.table(records).text)
        }
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
                    Timestamp(nanoseconds: record.eventTime).rfc3339, visible(record.eventName), visible(record.userName), visible(String(key)),
                    visible(record.errorCode ?? "ok"),
                ]
            })
    }
}
