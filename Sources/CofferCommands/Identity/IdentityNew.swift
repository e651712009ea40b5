import ArgumentParser
import KeyStore
import OpenSSL
import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct IdentityNew: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make an identity, as age-keygen does.",
        discussion: """
            $ coffer identity new -o key.txt                 a file for its owner alone
            $ coffer identity new | coffer encrypt -p > key.txt.age

            \(ExitStatus.help)
            """)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The file to write, which must not exist yet; else stdout.", valueName: "file"),
        completion: .file())
    var output: String?

    @OptionGroup(title: "Global options") var outputOptions: OutputOptions

    func validate() throws {
        guard !outputOptions.json || file != nil else { throw ValidationError("--json writes to stdout; name an --output file") }
    }

    private var file: String? { output == "-" ? nil : output }

    func run(in session: Session) async throws {
        try session.context.protectProcess()
        let identity = try AgeIdentity.generate()
        let recipient = try identity.recipient().text
        let contents = try identity.fileContents(created: session.context.clock.read().wall.rfc3339)
        guard let file else {
            warnIfReadable(session)
            try session.output.write(contents)
            if !session.context.standardOutput.isTerminal { session.output.note("Public key: \(recipient)") }
            return
        }
        try SecretFile.create(file, as: "identity file", contents: contents)
        session.output.note("Public key: \(recipient)")
        try session.output.render(IdentityResult(identityFile: file, recipient: recipient))
    }

    /// A file that a shell made for a redirection.
    private func warnIfReadable(_ session: Session) {
        var status = stat()
        guard fstat(session.context.standardOutput.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0
        else { return }
        session.output.warn("the identity goes to a file that others can read; run `chmod 600` on it, or use --output")
    }
}

private struct IdentityResult: CommandResult {
    let identityFile: String
    let recipient: String
    var text: String { "" }

    private enum CodingKeys: CodingKey { case identityFile, recipient }
}
