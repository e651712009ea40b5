import ArgumentParser
import Integrity
import OpenSSL
import SystemPackage

struct ManifestShow: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a manifest is about, who signed it, and which came before it.",
        discussion: """
            The signature is checked, and that the entries are those that were signed. With
            --note, prints what was signed, with the signature: Docs/Formats/Checkpoint.md
            shows how to check it with openssl alone.

            $ coffer manifest show photos.manifest
            $ coffer manifest show photos.manifest --note

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The manifest.", valueName: "manifest"), completion: .file()) var manifest: String
    @Flag(name: .long, help: "Print the signed note, and nothing else.") var note = false
    @OptionGroup(title: "Trust") var trust: ManifestTrustOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard !(note && options.output.json) else { throw ValidationError("a note is text: give --note or --json, not both") }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        let opened = try await trust.open(session.context.arguments.path(manifest), store, in: session, isPast: true)
        try await opened.checkEntries()
        if note { return try session.output.write(opened.lineage.note.bytes) }
        try session.output.render(ManifestDescription(opened, file: manifest))
    }
}

/// A manifest and its predecessors.
private struct ManifestDescription: CommandResult {
    struct Ancestor: Encodable {
        let sequence: UInt64
        let time: String
        let root: String
    }

    let manifest: ManifestResult
    let digests: [String]
    let sealedFiles: String
    let oneFileSystem: Bool
    let filesOnly: Bool
    let exclusions: [String]
    let verifierKey: String?
    /// The oldest first.
    let history: [Ancestor]

    init(_ opened: Manifest, file: String) throws {
        let options = opened.checkpoint.options
        manifest = ManifestResult(
            opened.checkpoint, file: file, signedBy: opened.signer.map { $0.name ?? opened.lineage.note.signatures.first?.name ?? "" })
        digests = options.digests.map(\.rawValue)
        sealedFiles = options.sealed.rawValue
        oneFileSystem = options.oneFileSystem
        filesOnly = options.filesOnly
        exclusions = options.exclusions.map(\.visiblePath)
        verifierKey = try opened.signer?.verifierKey()
        history = opened.lineage.ancestors.map { Ancestor(sequence: $0.sequence, time: $0.time.description, root: $0.root.description) }
    }

    var text: String {
        let more = FieldsOutput([
            ("Verifier key", verifierKey), ("Digests", digests.isEmpty ? nil : digests.joined(separator: ", ")),
            ("Sealed files", sealedFiles),
            ("File systems", oneFileSystem ? "one" : nil), ("Entries of", filesOnly ? "files alone" : nil),
            ("Excluded", exclusions.isEmpty ? nil : exclusions.joined(separator: ", ")),
        ]).text
        let rows = history.map { ["\($0.sequence)", $0.time, $0.root] }
        return manifest.text + more + (rows.isEmpty ? "" : "\n" + TableOutput(header: ["BEFORE", "TIME", "ROOT"], rows: rows).text)
    }

    func encode(to encoder: any Encoder) throws {
        try manifest.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(digests, forKey: .digests)
        try container.encode(sealedFiles, forKey: .sealedFiles)
        try container.encode(oneFileSystem, forKey: .oneFileSystem)
        try container.encode(filesOnly, forKey: .filesOnly)
        try container.encode(exclusions, forKey: .exclusions)
        try container.encodeIfPresent(verifierKey, forKey: .verifierKey)
        try container.encode(history, forKey: .history)
    }

    private enum CodingKeys: CodingKey { case digests, sealedFiles, oneFileSystem, filesOnly, exclusions, verifierKey, history }
}
