import ArgumentParser
import Findings
import Integrity
import KeyStore
import OpenSSL
import SystemPackage

struct BagCreate: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a bag of a folder: a copy, or the folder itself.",
        discussion: """
            With --output, a new folder gets a copy of the files and appears when it is
            whole. Without, the folder itself becomes the bag: its files move into data/ in
            it. If that is cut off, the same command goes on.

            A folder with symbolic links, pipes or devices in it is refused. Empty folders
            are kept, but no bag can list them.

            $ coffer bag create pictures --output /mnt/out/pictures.bag
            $ coffer bag create pictures --algorithm sha512 --info "Contact-Name: Ann"

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The folder.", valueName: "folder"), completion: .directory) var folder: String
    @Option(name: .shortAndLong, help: ArgumentHelp("The new folder of the bag.", valueName: "bag"), completion: .directory)
    var output: String?
    @Option(name: .long, help: "Digests of the manifests: md5, sha1, sha224, sha256, sha384 or sha512; may be repeated.")
    var algorithm: [BagAlgorithm] = []
    @Option(name: .long, help: ArgumentHelp("A line for bag-info.txt; may be repeated.", valueName: "label: value"))
    var info: [BagInfoArgument] = []
    @Option(name: .customLong("bagit-version"), help: "The version of BagIt: 1.0 (RFC 8493) or 0.97.") var bagItVersion = NewBagVersion.v10
    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func run(in session: Session) async throws {
        let names = session.context.arguments
        let source = names.path(folder)
        let options = try options(in: session)
        session.context.interruption.allowGrace()
        let display = CareProgress("bagging", folder, outputOptions, in: session)
        defer { display.clear() }
        let creator = BagCreator(options, monitor: BagMonitor(didAdvance: { display.show(byteCount: $0, of: $1) }))
        let creation: BagCreation
        if let output {
            creation = try await creator.create(from: source, at: names.path(output))
        } else {
            creation = try await creator.convert(source)
        }
        display.clear()
        warn(creation, session)
        try session.output.render(BagCreateResult(creation, options, bag: output ?? folder))
    }

    private func options(in session: Session) throws -> BagOptions {
        for argument in info { try session.context.arguments.requireText("\(argument.label): \(argument.value)") }
        return BagOptions(
            version: bagItVersion.version, algorithms: algorithm.isEmpty ? [.sha256] : algorithm.map(\.digest),
            fields: try info.map { try BagInfo.Field(label: $0.label, value: $0.value) },
            time: try session.context.clock.read().wall, softwareAgent: "coffer \(CommandContext.version)")
    }

    private func warn(_ creation: BagCreation, _ session: Session) {
        if !creation.emptyFolders.isEmpty {
            let first = creation.emptyFolders[0]
            session.output.warn(
                "\(creation.emptyFolders.count) empty folders are in the bag, but in no list, so a copy may leave them out: \(first), …")
        }
        if creation.isResumed {
            session.output.warn("an earlier run was cut off, and this one put in place what that had made; run `coffer bag validate`")
        }
    }
}

private struct BagCreateResult: CommandResult {
    let bag: String
    let bagItVersion: String?
    let algorithms: [String]?
    let payloadByteCount: UInt64
    let payloadFileCount: UInt64
    let resumed: Bool

    private enum CodingKeys: CodingKey { case algorithms, bag, bagItVersion, payloadByteCount, payloadFileCount, resumed }

    init(_ creation: BagCreation, _ options: BagOptions, bag: String) {
        self.bag = bag
        // What an earlier run had made may be of other options.
        bagItVersion = creation.isResumed ? nil : options.version.rawValue
        algorithms = creation.isResumed ? nil : options.algorithms.map(\.rawValue)
        payloadByteCount = creation.payload.byteCount
        payloadFileCount = creation.payload.fileCount
        resumed = creation.isResumed
    }

    var text: String { "\(visible(bag)): \(CountText.of(payloadFileCount, "file")), \(ByteText.decimal(payloadByteCount))\n" }
}
