import ArgumentParser
import Integrity
import KeyStore
import SystemPackage

struct ManifestUpdate: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Accept what changed in a folder, and sign its next manifest.",
        discussion: """
            Only files that were written to are read again; all others keep what was
            recorded of them, so that a file that rotted is still found out by verify. The
            new manifest names the one before it, and carries the heads of all before:
            entries that were proven from them stay proven. It replaces the old one unless
            --output is given.

            Of what is read, anything damaged is listed and not accepted: nothing is
            written, and the exit status is 5, unless --accept-damage is given. A folder in
            which nothing is that the manifest names is refused: it is another one, or not
            mounted.

            $ coffer manifest update photos.manifest /srv/photos
            $ coffer manifest update monday.manifest /srv/photos -o tuesday.manifest

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The manifest.", valueName: "manifest"), completion: .file()) var manifest: String
    @Argument(help: ArgumentHelp("The folder.", valueName: "folder"), completion: .directory) var folder: String
    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the new manifest here instead of in its place.", valueName: "file"),
        completion: .file())
    var output: String?
    @Option(name: .long, help: ArgumentHelp("Sign with this key instead of the one that signed the last manifest.", valueName: "key"))
    var signWith: KeyReference?
    @Flag(name: .long, help: "Replace an existing file of --output.") var force = false
    @Flag(name: .long, help: "Record what is found damaged as it is; what it was is then known no more.")
    var acceptDamage = false
    @OptionGroup(title: "Trust") var trust: ManifestTrustOptions
    @OptionGroup var sealed: SealedFileOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard output != "-" else { throw ValidationError("a manifest is written to a file, not to stdout") }
        guard !ObjectURL.isOne(folder) else {
            throw ValidationError("objects have no times, so that all would be read: make a new manifest, with `coffer manifest create`")
        }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        session.context.interruption.allowGrace()
        try OutputFile.checkAll([output].compactMap { $0 }, replacing: force)
        let names = session.context.arguments.paths([manifest, folder] + [output].compactMap { $0 })
        let old = try await trust.open(names[0], store, in: session)
        let run = ManifestRun(session: session, options: options.output)
        let signer = try await store.signer(signWith, after: old)
        var manifestOptions = old.checkpoint.options
        manifestOptions.sealed = sealed.mode
        let head = NewManifestHead(
            toolVersion: CommandContext.version, time: try run.now(), subject: AbsolutePath.bytes(of: names[1]), options: manifestOptions)
        let (settings, progress) = run.settings("hashing", folder, sealedFiles: try sealed.check(options.unlock, store, in: session))
        defer { progress.clear() }
        let target = NewManifestFile(
            path: output == nil ? names[0] : names[2], overwrite: output == nil || force, signer: signer,
            register: signer.flatMap { store.register(of: [$0.signer] + old.trustedSigners) })
        let summary = try await ManifestUpdater(old, folder: names[1], head: head, settings: settings).update(
            target, acceptingDamage: acceptDamage)
        progress.clear()
        if !session.output.wantsJSON, !options.output.quiet {
            for verdict in summary.report.verdicts {
                session.output.note("\(verdict.verdict.rawValue): \(visible(verdict.path.description))")
            }
            session.output.note("\(summary.lineage == nil ? "found" : "accepted"): \(summary.report.countText)")
        }
        guard let lineage = summary.lineage else {
            throw FindingsReported(
                status: .damaged, code: "DataDamaged", message: "something is damaged, so nothing was accepted or written",
                hint: "restore it and run this again, or record it as it is with --accept-damage")
        }
        try session.output.render(
            ManifestResult(
                lineage, file: output ?? manifest, fileCount: summary.fileCount, byteCount: summary.byteCount, summary.report))
        try summary.report.requireReadable(in: session)
    }
}

extension LazyStore {
    /// Who signs the next manifest: whoever is named, else the key that signed the last one.
    fileprivate func signer(_ key: KeyReference?, after old: Manifest) async throws -> ManifestSigner? {
        if let key { return try await signer(key) }
        guard let last = old.signer else { return nil }
        let name = last.name ?? old.lineage.note.signatures.first?.name ?? ""
        return try await ManifestSigner(service: try open().service, keyID: name)
    }
}
