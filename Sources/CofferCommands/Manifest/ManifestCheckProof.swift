import ArgumentParser
import Integrity
import SystemPackage

struct ManifestCheckProof: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-proof", abstract: "Check that a file is what a proof of a manifest says.",
        discussion: """
            With --manifest, the proof also has to be of that manifest or of one before it.

            Exit status 1: the file is another one. 4: the signature is not acceptable. 5:
            the proof is damaged, or is none.

            $ coffer manifest check-proof a.proof a.jpg
            $ coffer manifest check-proof a.proof a.jpg --public-key audit.pem

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The proof.", valueName: "proof"), completion: .file()) var proof: String
    @Argument(help: ArgumentHelp("The file, whatever its name is by now.", valueName: "file"), completion: .file()) var file: String
    @Option(
        name: .long, help: ArgumentHelp("A manifest of the same folder, of the same time or later.", valueName: "file"), completion: .file()
    )
    var manifest: String?
    @OptionGroup(title: "Trust") var trust: SignerOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(with store: LazyStore, in session: Session) async throws {
        let names = session.context.arguments.paths([proof, file] + [manifest].compactMap { $0 })
        let proof = try EntryProof(parsing: try PublicFile.read(self.proof, as: "proof", atMost: EntryProof.maximumByteCount, in: session))
        let signers = try await trust.signers(proof.note.signatures.map(\.name), store, in: session)
        let proven = try proof.verify(by: signers)
        if manifest != nil {
            let later = try await trust.open(names[2], store, in: session, isPast: true)
            try later.requireDescent(from: proven.checkpoint)
        }
        let entry = try proven.manifestEntry()
        let isSame = try await entry.isContent(of: names[1])
        try session.output.render(CheckedProof(entry, proven, isSame: isSame))
        guard isSame else {
            throw FindingsReported(
                status: .negative, code: "ContentDiffers", message: "\(names[1]): is not the file that was proven", hint: nil)
        }
    }
}

private struct CheckedProof: CommandResult {
    let path: String
    let matches: Bool
    let size: UInt64?
    let root: String?
    let modificationTime: String?
    let manifestId: String
    let sequence: UInt64
    let time: String
    let subject: String
    let signedBy: String?

    init(_ entry: ManifestEntry, _ proven: ProvenEntry, isSame: Bool) {
        path = entry.path.description
        matches = isSame
        size = entry.byteCount
        root = entry.root?.description
        modificationTime = entry.metadata?.modificationTime.rfc3339
        manifestId = proven.checkpoint.manifestID.description
        sequence = proven.checkpoint.sequence
        time = proven.checkpoint.time.description
        subject = proven.checkpoint.subject.visiblePath
        signedBy = proven.signer.name
    }

    var text: String {
        FieldsOutput([
            ("Entry", visible(path)), ("Content", matches ? "is what was recorded" : "is another one"), ("Size", size.map { "\($0)" }),
            ("Root", root), ("Modified", modificationTime), ("Recorded", time), ("Of", visible(subject)), ("Sequence", "\(sequence)"),
            ("Id", manifestId), ("Signed by", signedBy ?? "the given key"),
        ]).text
    }
}
