import ArgumentParser
import Integrity
import OpenSSL
import SystemPackage

struct ManifestExport: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a list of the files in a manifest, for sha256sum, b2sum, hashdeep and others.",
        discussion: """
            FORMAT is sha256sum, b2sum (or md5sum, sha1sum, sha224sum, sha384sum,
            sha512sum), bsd (SHA256 (NAME) = …), hashdeep, or bagit: the lines of the
            payload manifest of a bag, with paths below data/.

            Digests are those that the manifest has (see `create --digest`). What it does
            not have is read from FOLDER, and listed only if the content is what was
            recorded; of the first file that is not, the name is told, and nothing is
            written. Where the manifest has everything, FOLDER is not read.

            Folders, links and other entries that are no files are left out.

            Exit status 1: a file is not what was recorded. 2: the format cannot hold a
            name, or FOLDER is needed. 4: the signature is not acceptable.

            $ coffer manifest export photos.manifest --format sha256sum > SHA256SUMS
            $ coffer manifest export photos.manifest /srv/photos --format b2sum -o B2SUMS
            $ coffer manifest export photos.manifest /srv/photos --format hashdeep

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The manifest.", valueName: "manifest"), completion: .file()) var manifest: String
    @Argument(help: ArgumentHelp("The folder, or a copy of it, for what the manifest lacks.", valueName: "folder"), completion: .directory)
    var folder: String?
    @Option(name: .long, help: ArgumentHelp("What reads the list.", valueName: "format")) var format: ManifestListFormat
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The digests, for bsd, bagit and hashdeep; may be repeated. Default: sha256; of hashdeep also md5.", valueName: "name"))
    var algorithm: [DigestName] = []
    @OptionGroup var destination: DestinationOptions
    @OptionGroup(title: "Trust") var trust: ManifestTrustOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        _ = try format.digests(algorithm.map(\.algorithm))
        guard !options.output.json || destination.path != nil else {
            throw ValidationError("a list is a format of its own: with --json, name a file for it with --out")
        }
    }

    func run(with store: LazyStore, in session: Session) async throws {
        let names = session.context.arguments.paths([manifest] + [folder].compactMap { $0 })
        let opened = try await trust.open(names[0], store, in: session, isPast: true)
        let digests = try format.digests(algorithm.map(\.algorithm))
        let exporter = try ManifestExporter(opened, format.format, digests)
        let survey = try await exporter.survey()
        try requireSource(survey, digests)
        let run = ManifestRun(session: session, options: options.output)
        let (settings, progress) = run.settings("hashing", folder ?? manifest)
        defer { progress.clear() }
        try await destination.writeLines(in: session) { write in
            try await exporter.export(survey, from: folder == nil ? nil : names[1], settings) { lines in
                progress.clear()
                try write(lines)
            }
        }
        progress.clear()
        note(survey, session)
        guard session.output.wantsJSON, let file = destination.path else { return }
        try session.output.render(ExportResult(survey, digests, format, file: file))
    }

    private func requireSource(_ survey: ManifestExporter.Survey, _ digests: [DigestAlgorithm]) throws {
        guard folder == nil, let first = survey.firstUnknown else { return }
        let needed = digests.map(\.rawValue).joined(separator: ", ") + (format == .hashdeep ? ", or the size," : "")
        throw CommandError(
            .usage, "\(manifest): does not have \(needed) of \(survey.unknownCount) files, \(first) among them",
            hint: "name the folder, which is then read: manifest export MANIFEST FOLDER; or record digests: manifest create --digest")
    }

    private func note(_ survey: ManifestExporter.Survey, _ session: Session) {
        if survey.otherCount > 0 { session.output.note("entries that are no files were left out: \(survey.otherCount)") }
        if survey.unknownCount == 0, folder != nil {
            session.output.note("the manifest has all digests, so the folder was not read; coffer manifest verify compares it")
        }
    }
}

private struct ExportResult: CommandResult {
    let file: String
    let format: String
    let algorithms: [String]
    let fileCount: UInt64
    let omittedCount: UInt64
    let readFileCount: UInt64

    init(_ survey: ManifestExporter.Survey, _ digests: [DigestAlgorithm], _ format: ManifestListFormat, file: String) {
        self.file = file
        self.format = format.rawValue
        algorithms = digests.map(\.rawValue)
        fileCount = survey.fileCount
        omittedCount = survey.otherCount
        readFileCount = survey.unknownCount
    }

    /// The list itself is what people get.
    var text: String { "" }
}
