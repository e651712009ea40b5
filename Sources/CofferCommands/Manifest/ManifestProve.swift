import ArgumentParser
import Integrity
import SystemPackage

struct ManifestProve: FileCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Prove what one file was, to somebody who does not get the manifest.",
        discussion: """
            The proof is a small text: the entry, the hashes that lead from it to the root,
            and the signed note (C2SP tlog-proof).

            $ coffer manifest prove photos.manifest 2026/a.jpg > a.proof
            $ coffer manifest check-proof a.proof a.jpg --public-key audit.pem

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The manifest.", valueName: "manifest"), completion: .file()) var manifest: String
    @Argument(help: ArgumentHelp("The entry's path in the manifest.", valueName: "path")) var path: String
    @OptionGroup var destination: DestinationOptions
    @OptionGroup(title: "Trust") var trust: SignerOptions
    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(with store: LazyStore, in session: Session) async throws {
        let arguments = session.context.arguments.bytes([manifest, path])
        let entry = try Self.entryPath(arguments[1])
        let opened = try await trust.open(FilePath(bytes: arguments[0]), store, in: session, isPast: true)
        let proof = try opened.proof(of: entry)
        guard session.output.wantsJSON else { return try destination.write(proof.bytes, in: session) }
        try session.output.render(ProofResult(proof: String(decoding: proof.bytes, as: UTF8.self)))
    }
}

extension ManifestProve {
    fileprivate static func entryPath(_ argument: [UInt8]) throws -> EntryPath {
        do throws(IntegrityError) {
            return try EntryPath(argument)
        } catch {
            throw CommandError(.usage, error.message, hint: "give it as it is on the disk, from the folder that was recorded")
        }
    }
}

private struct ProofResult: CommandResult {
    let proof: String
    var text: String { proof }
}
