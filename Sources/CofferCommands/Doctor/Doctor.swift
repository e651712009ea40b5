import ArgumentParser
import Findings
import KeyStore
import Posture
import TLSInspector

/// `coffer doctor`: what is weak on this machine and in this store, and the command that mends it.
struct Doctor: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check this machine and this store, and say how to mend what is weak.",
        discussion: """
            Looks at permissions, disk encryption, swap, core dumps, the clock and OpenSSL,
            and in the store at seals, keys, buckets, second factors and the audit trail.
            It changes nothing. What could not be looked at is a finding, too:
            doctor-not-checked.

            The store is opened as by every other command, which may ask for its
            passphrase; with --sealed it stays closed and nobody is asked. Findings give
            exit status 1, damaged or lost data 5.

            $ coffer doctor
            $ coffer doctor --sealed --fail-on medium        from a timer
            $ coffer doctor --sarif doctor.sarif --json
            $ coffer doctor --tls-baseline last.json         how old is that scan?

            \(ExitStatus.help)
            """)

    @Flag(name: .long, help: "Do not open the store: check what can be seen from outside.") var sealed = false
    @Option(
        name: .long, help: ArgumentHelp("Say if this scan, saved by `coffer tls scan --save`, is old; may be repeated.", valueName: "file"),
        completion: .file())
    var tlsBaseline: [String] = []
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    var outputOptions: OutputOptions { options.output }

    func run(in session: Session) async throws {
        try findings.check(sparing: tlsBaseline)
        let path = options.home.path(in: session.context)
        let source = session.context.machine
        let machine = MachineFacts(reading: source)
        let scans = try tlsBaseline.map { try ScanFacts($0, source, in: session) }
        let display = CareProgress("checking", path, options.output, in: session)
        defer { display.clear() }
        let inspection = StoreInspection(options: options, isSealed: sealed, session: session, display: display)
        let facts = PostureFacts(path: path, machine: machine, store: try await inspection.store(at: path), scans: scans)
        display.clear()
        let found = facts.findings(at: try session.context.clock.read().wall)
        let uncheckedCount = found.count(where: \.isUnchecked)
        try findings.report(
            found, about: path, facts.sentence(uncheckedCount: uncheckedCount), facts.members(uncheckedCount: uncheckedCount),
            isDamaged: found.contains(where: \.isPostureDamage), in: session)
    }
}

extension ScanFacts {
    fileprivate init(_ path: String, _ source: any MachineSource, in session: Session) throws {
        guard path != "-" else { throw CommandError(.usage, "--tls-baseline names a file: stdin has no age") }
        let document = try ScanDocument(reading: path, in: session)
        let modified = try source.status(of: path, followingLinks: true).modified
        self.init(path: path, written: Timestamp(seconds: modified), endpointCount: document.scans.count)
    }
}

extension PostureFacts {
    fileprivate func sentence(uncheckedCount: Int) -> String {
        let counts = store.value.flatMap(\.self)?.counts ?? []
        let looked = counts.map { CountText.of($0.count, $0.noun) }.joined(separator: ", ")
        let lines: [String?] = [
            counts.isEmpty ? "checked this machine" : "checked this machine and the store: \(looked)",
            uncheckedCount > 0 ? "not checked: \(uncheckedCount)" : nil,
        ]
        return lines.compactMap { $0 }.map { $0 + "\n" }.joined()
    }

    fileprivate func members(uncheckedCount: Int) -> [String: JSONValue?] {
        let counts = store.value.flatMap(\.self)?.counts.map { ($0.member, JSONValue.count($0.count)) } ?? []
        let others: [(String, JSONValue?)] = [
            ("Directory", .string(path)), ("Store", store.word.map(JSONValue.string)), ("ScanCount", .count(scans.count)),
            ("UncheckedCount", .count(uncheckedCount)),
        ]
        return Dictionary(counts + others) { first, _ in first }
    }
}

extension Observation<StoreFacts?> {
    /// In what state the store is; nil if not even that is known.
    fileprivate var word: String? {
        switch self {
        case .unknown: nil
        case .known(nil): "none"
        case .known(let store?):
            switch store.contents {
            case .open: "open"
            case .sealed: "sealed"
            case .damaged: "damaged"
            }
        }
    }
}

extension StoreFacts {
    fileprivate typealias Count = (member: String, noun: String, count: Int)

    /// How much was looked at.
    fileprivate var counts: [Count] {
        var counts: [Count] = [("FileCount", "file", home.files.count)]
        if let seals = seals.value { counts.append(("SealCount", "seal", seals.count)) }
        guard case .open(let contents) = contents else { return counts }
        if let keys = contents.keys.value { counts.append(("KeyCount", "key", keys.count)) }
        if let objects = contents.objects.value { counts.append(("BucketCount", "bucket", objects?.buckets.count ?? 0)) }
        if let trail = contents.trail.value { counts.append(("EventCount", "event", Int(clamping: trail.eventCount))) }
        return counts
    }
}
