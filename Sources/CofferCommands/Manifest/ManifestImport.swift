import ArgumentParser
import Integrity
import KeyStore
import SystemPackage

struct ManifestImport: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a manifest of a list of checksums, and sign it.",
        discussion: """
            Reads what sha256sum, b2sum, shasum, openssl dgst and their siblings write,
            lists of the BSDs and of hashdeep, and the payload manifest of a bag
            (manifest-sha256.txt, whose paths are data/…). No file is read: the manifest
            says what the list says.

            `coffer manifest verify` then finds files that are other ones (but not where),
            gone, or not in the list. Nothing is known of folders and metadata.

            One line that cannot be read, a path that is absolute or leads out with "..",
            or two digests for one file refuse the whole list; status 5.

            $ coffer manifest import SHA256SUMS -o release.manifest --sign-with audit-key
            $ coffer manifest import bag/manifest-sha512.txt -o bag.manifest
            $ coffer manifest verify release.manifest /srv/release

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The list.", valueName: "list"), completion: .file()) var list: String
    @Option(name: .shortAndLong, help: ArgumentHelp("The manifest.", valueName: "file"), completion: .file()) var output: String
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The only digests that lines may have; may be repeated. Tells BLAKE2b from SHA-512 where neither lines nor the list's name do.",
            valueName: "name"))
    var algorithm: [DigestName] = []
    @Option(name: .long, help: ArgumentHelp("Sign with this key (of the spec ECC_NIST_EDWARDS25519).", valueName: "key"))
    var signWith: KeyReference?
    @Flag(name: .long, help: "Replace an existing manifest by a new one, which does not continue it.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard output != "-" else { throw ValidationError("a manifest is written to a file, not to stdout") }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        try OutputFile.checkAll([output], replacing: force)
        let names = session.context.arguments.paths([list, output])
        let run = ManifestRun(session: session, options: options.output)
        let signer = try await store.signer(signWith)
        let head = NewManifestHead(
            toolVersion: CommandContext.version, time: try run.now(), subject: AbsolutePath.bytes(of: names[0]), options: ManifestOptions())
        let importer = ManifestImporter(
            list: names[0], algorithms: algorithm.map(\.algorithm), head: head, scratchFolder: run.scratchFolder)
        let register = store.register(of: [signer?.signer].compactMap { $0 })
        let summary = try await importer.create(
            NewManifestFile(path: names[1], overwrite: force, signer: signer, register: register))
        if summary.repeatedCount > 0 {
            session.output.note("lines that said of a file again what others had said: \(summary.repeatedCount)")
        }
        if signer == nil {
            session.output.note("the manifest is not signed: it shows damage, but not what somebody wants to hide; see --sign-with")
        }
        let signedBy = summary.lineage.note.signatures.first?.name
        try session.output.render(ManifestResult(summary.lineage.checkpoint, file: output, signedBy: signedBy))
    }
}
