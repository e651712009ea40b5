import ArgumentParser
import Findings
import Integrity
import KeyStore
import SystemPackage

struct ManifestVerify: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Say what happened to each file of a folder, or of a copy of it, also among objects.",
        discussion: """
            Every entry gets one verdict: intact, modified, rotted (the content changed
            though nothing wrote to it), truncated, extended, moved, added, removed,
            metadata changed, unreadable, type changed. Damage is located to 64 KiB.

            Objects below coffer://BUCKET/PREFIX have no metadata, and are no folders or
            links: contents alone are compared. One whose stored SHA-256 is recorded is not
            read.

            Exit status 0: all is intact. 1: there are differences, as severe as --fail-on.
            5: something is rotted, truncated or unreadable, or the manifest is damaged. 4:
            the manifest is not signed by a key that you trust, is not what was signed, or
            a newer one is known.

            $ coffer manifest verify photos.manifest /srv/photos
            $ coffer manifest verify photos.manifest /mnt/backup/photos --ignore owner
            $ coffer manifest verify photos.manifest /srv/photos --quick
            $ coffer manifest verify photos.manifest /srv/photos --sample 5% --html r.html
            $ coffer manifest verify photos.manifest /srv/photos --public-key audit.pem
            $ coffer manifest verify photos.manifest coffer://backups/photos
            $ coffer manifest verify stored.manifest /srv/photos

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The manifest.", valueName: "manifest"), completion: .file()) var manifest: String
    @Argument(help: ArgumentHelp("The folder or a copy of it, or coffer://BUCKET/PREFIX.", valueName: "folder"), completion: .directory)
    var folder: String
    @Flag(name: .long, help: "Look at metadata only, of objects at sizes and stored checksums; no content is read.") var quick = false
    @Option(name: .long, help: ArgumentHelp("Read this part of the files only, chosen at random, for example 5%.", valueName: "percent"))
    var sample: SampleArgument?
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Metadata that a copy need not have: permissions, owner, mtime, xattrs, target, device; may be repeated.", valueName: "field"))
    var ignore: [MetadataField] = []
    @OptionGroup(title: "Trust") var trust: ManifestTrustOptions
    @OptionGroup var sealed: SealedFileOptions
    @OptionGroup(title: "Findings") var findings: FindingsOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard !quick || sample == nil else { throw ValidationError("give --quick or --sample, not both") }
        guard !quick || sealed.sealedFiles == .ciphertext else {
            throw ValidationError("--quick reads nothing, so it cannot --open anything")
        }
        if readsObjects { try validateForObjects() }
    }

    var reading: ContentReading { quick ? .none : sample.map { .sample($0.fraction) } ?? .all }

    func run(with store: LazyStore, in session: Session) async throws {
        try findings.check(sparing: [manifest] + trust.signers.publicKey)
        guard !readsObjects else { return try await verifyObjects(with: store, in: session) }
        let names = session.context.arguments.paths([manifest, folder])
        let manifest = try await trust.open(names[0], store, in: session)
        let run = ManifestRun(session: session, options: options.output)
        let (settings, progress) = run.settings("verifying", folder, sealedFiles: try sealed.check(options.unlock, store, in: session))
        defer { progress.clear() }
        let report = try await ManifestVerifier(
            manifest, folder: names[1], reading: reading, ignoring: Set(ignore), settings: settings
        ).verify()
        progress.clear()
        manifest.remember(in: store, session)
        try findings.report(
            report.findings(in: names[1]), about: folder,
            report.sentence(manifest, acceptedBy: acceptance(manifest, of: names[1], store)), report.members, isDamaged: report.isDamaged,
            kept: "what is left", in: session)
    }
}

extension ManifestVerify {
    /// The command that takes what is in the folder for what should be: for a copy there is none, nor without the key that signs.
    private func acceptance(_ manifest: Manifest, of folder: FilePath, _ store: LazyStore) -> String? {
        guard store.exists || manifest.signer == nil, sealed.identities.identity.isEmpty,
            AbsolutePath.bytes(of: folder) == manifest.checkpoint.subject
        else { return nil }
        let words = [self.manifest.shellWord, self.folder.shellWord] + trust.words + (sealed.mode == .open ? ["--open"] : [])
        return "coffer manifest update \(words.joined(separator: " "))"
    }
}

extension VerificationReport {
    /// - Parameter acceptance: the command that takes what is there for what should be. It is said once, and not with each of ten thousand findings.
    func sentence(_ manifest: Manifest, acceptedBy acceptance: String?) -> String {
        let read = "read \(CountText.of(readFileCount, "file")), \(ByteText.decimal(readByteCount))"
        let unread = unreadFileCount > 0 ? "; \(CountText.of(unreadFileCount, "file")) not read" : ""
        let signer = manifest.signer.map { "signed by \($0.name ?? "the given key")" } ?? "signed by nobody"
        // A manifest that is damaged cannot be continued.
        let isAcceptable = differenceCount > 0 && damagedManifests.isEmpty
        let next = isAcceptable ? acceptance.map { "to accept what was intended: `\($0)`\n" } ?? "" : ""
        let isEmpty = manifest.checkpoint.entryCount > 0 && self[.removed] == manifest.checkpoint.entryCount
        let advice = isEmpty ? "nothing of what the manifest names is there: is it the right folder, and is it mounted?\n" : ""
        return
            "\(advice)\(listingNote)\(CountText.of(entryCount, "entry", plural: "entries")): \(countText)\n\(read)\(unread)\nmanifest of \(manifest.checkpoint.time), \(signer)\n\(next)"
    }
}

extension Manifest {
    /// Remembers that this manifest was seen, so that an older one is not taken for it. What was found stands all the same when that cannot be written.
    func remember(in store: LazyStore, _ session: Session) {
        guard signer != nil, let folder = store.manifestRegister else { return }
        do {
            try CheckpointRegister(folder: folder, signers: trustedSigners).remember(lineage)
        } catch {
            session.output.warn("it could not be noted that this manifest was seen: \(Failure(error).message)")
        }
    }
}

extension MetadataField: AWSName {
    init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}
