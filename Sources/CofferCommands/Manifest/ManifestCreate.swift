import ArgumentParser
import Envelope
import Integrity
import KeyStore
import OpenSSL
import SystemPackage

struct ManifestCreate: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Record a folder, or objects: each file's content and metadata, under one signature.",
        discussion: """
            Symbolic links are recorded, not followed; pipes, sockets and devices are never
            opened. What cannot be read is recorded as that, listed, and gives exit status
            5.

            Sealed files are recorded as they are stored, which needs no key, so that
            anybody can verify them. With --open each of them is opened by its key as well.

            Of the objects below coffer://BUCKET/PREFIX, keys and contents are recorded.
            One that was stored with a SHA-256 of its whole content is recorded by that,
            without reading it; all others are read.

            $ coffer manifest create /srv/photos -o photos.manifest --sign-with audit-key
            $ coffer manifest create . -o ../app.manifest --exclude .git/ --exclude '*.log'
            $ coffer manifest create /mnt/backup -o b.manifest --sign-with audit-key --open
            $ coffer manifest create coffer://backups/photos -o stored.manifest

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("What to record: a folder, or coffer://BUCKET/PREFIX.", valueName: "folder"), completion: .directory)
    var folder: String
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The manifest; outside of the folder, or left out of it.", valueName: "file"),
        completion: .file())
    var output: String
    @Option(name: .long, help: ArgumentHelp("Sign with this key (of the spec ECC_NIST_EDWARDS25519).", valueName: "key"))
    var signWith: KeyReference?
    @Flag(
        name: .long,
        help: "Replace an existing manifest by a new one, which does not continue it: both are good then, and neither is older; see update."
    ) var force = false
    @OptionGroup var recorded: RecordingOptions
    @OptionGroup var sealed: SealedFileOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard output != "-" else { throw ValidationError("a manifest is written to a file, not to stdout") }
        if readsObjects { try validateForObjects() }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        session.context.interruption.allowGrace()
        try OutputFile.checkAll([output], replacing: force)
        guard !readsObjects else { return try await recordObjects(with: store, in: session) }
        let names = session.context.arguments.paths([folder, output])
        let run = ManifestRun(session: session, options: options.output)
        let signer = try await store.signer(signWith)
        let head = NewManifestHead(
            toolVersion: CommandContext.version, time: try run.now(), subject: AbsolutePath.bytes(of: names[0]),
            options: try recorded.manifestOptions(sealed: sealed.mode, in: session))
        let (settings, progress) = run.settings("hashing", folder, sealedFiles: try sealed.check(options.unlock, store, in: session))
        defer { progress.clear() }
        let summary = try await ManifestCreator(folder: names[0], head: head, settings: settings).create(
            NewManifestFile(
                path: names[1], overwrite: force, signer: signer, register: store.register(of: [signer?.signer].compactMap { $0 })))
        progress.clear()
        noteMissingSignature(signer, in: session)
        try session.output.render(
            ManifestResult(summary.lineage, file: output, fileCount: summary.fileCount, byteCount: summary.byteCount, summary.report))
        try summary.report.requireReadable(in: session)
    }
}

/// What a new manifest records.
struct RecordingOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Record a digest of each whole file, too, for lists of other tools: md5, sha1, sha224, sha256, sha384, sha512 or blake2b; may be repeated.",
            valueName: "name"))
    var digest: [DigestName] = []
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Leave out what matches: a name anywhere, or a path from the folder if it holds a slash; folders alone if it ends in one. *, **, ?, [a-z]. May be repeated.",
            valueName: "pattern"))
    var exclude: [String] = []
    @Flag(name: .long, help: "Do not go into folders on other file systems.") var oneFileSystem = false

    func manifestOptions(sealed: ManifestOptions.SealedFiles, in session: Session) throws -> ManifestOptions {
        let digests = digest.map(\.algorithm)
        return ManifestOptions(
            digests: DigestAlgorithm.allCases.filter(digests.contains), sealed: sealed, oneFileSystem: oneFileSystem,
            exclusions: session.context.arguments.bytes(exclude))
    }
}

/// Digests by the names that people know.
struct DigestName: ExpressibleByArgument, Sendable {
    let algorithm: DigestAlgorithm

    init?(argument: String) {
        let name = argument.lowercased()
        guard let algorithm = name == "blake2b" ? .blake2b512 : DigestAlgorithm(rawValue: name) else { return nil }
        self.algorithm = algorithm
    }
}
