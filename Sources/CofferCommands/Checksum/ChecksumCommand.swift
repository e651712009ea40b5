import ArgumentParser
import Integrity

struct ChecksumCommand: CofferCommand {
    static let configuration = CommandConfiguration(
        commandName: "checksum", abstract: "Print checksums of files, or check files against a list of checksums.",
        discussion: """
            Prints what sha256sum, b2sum and the like print, byte for byte; with several
            algorithms, or a CRC, lines have tags (SHA256 (NAME) = …), as with --tag.
            ALGORITHM is md5, sha1, sha224, sha256, sha384, sha512, blake2b, crc32, crc32c
            or crc64nvme. Names with a line feed, a carriage return or a backslash are
            written with escapes, and the line begins with a backslash.

            --check reads the lists of GNU, of BSD and OpenSSL (with tags) and of hashdeep.
            Without tags the length tells the algorithm; 128 digits are SHA-512 unless
            --algorithm or a name like B2SUMS says BLAKE2b. Names in the list are taken
            as they are, from the current folder.

            $ coffer checksum *.iso > SHA256SUMS
            $ coffer checksum --check SHA256SUMS
            $ coffer checksum -a sha256 -a crc64nvme disk.img
            $ coffer checksum --hashdeep photos/*.jpg > photos.hashdeep
            $ find . -type f -exec coffer checksum -z {} + > list
            $ coffer checksum -z --check list

            A list that is not signed protects from accidents alone, and so do MD5, SHA-1
            and CRCs whoever signs them.

            WITH --check
              0  all files are what the list says
              1  a file differs or is missing; with --ignore-missing, none was there
              2  no line of the list can be read; with --strict, one cannot
              3  there is no such list
              6  a file that is there, or the list, cannot be read

            \(ExitStatus.help)
            """)

    @Argument(
        help: ArgumentHelp("The files, or with --check the list; stdin if it is - or left out.", valueName: "file"), completion: .file())
    var files: [String] = []

    @Option(name: [.long, .customShort("a")], help: "What to compute, or what to check; may be repeated. Default: sha256.")
    var algorithm: [ChecksumFunctionArgument] = []

    @Flag(name: .long, help: "Write the lines of BSD: SHA256 (NAME) = …") var tag = false
    @Flag(name: .long, help: "Write a list of hashdeep, by default with md5 and sha256.") var hashdeep = false

    @Flag(name: [.long, .customShort("z")], help: "End lines with a zero byte, and write (with --check, read) names as they are.")
    var zero = false

    @Flag(name: [.long, .customShort("c")], help: "Check the files that FILE, a list, names.") var check = false

    @Flag(name: .long, help: "With --check: fail if a line of the list cannot be read.") var strict = false
    @Flag(name: .long, help: "With --check: pass over files that are not there.") var ignoreMissing = false
    @Flag(name: .long, help: "With --check: write nothing, the exit status tells. (--quiet leaves out the files that are fine.)")
    var status = false

    @OptionGroup(title: "Global options") var output: OutputOptions

    var outputOptions: OutputOptions { output }

    func validate() throws {
        guard Set(named).count == named.count else { throw ValidationError("an algorithm is named twice") }
        guard !check else { return try validateCheck() }
        guard !strict, !ignoreMissing, !status else { throw ValidationError("--strict, --ignore-missing and --status need --check") }
        guard !(tag && hashdeep) else { throw ValidationError("--tag and --hashdeep are two formats; choose one") }
        guard files.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("stdin can be read once: only one file can be -") }
        guard !output.json || !(tag || hashdeep || zero) else {
            throw ValidationError("--json is a format of its own; leave --tag, --hashdeep and --zero out")
        }
    }

    private func validateCheck() throws {
        guard files.count <= 1 else { throw ValidationError("the list names the files; --check takes one list and no other file") }
        guard !tag, !hashdeep else { throw ValidationError("--tag and --hashdeep are for writing; --check sees what a list is") }
        guard !(status && output.json) else { throw ValidationError("--status writes nothing, and --json does; choose one") }
    }

    func run(in session: Session) async throws {
        guard check else { return try await ChecksumRun(functions, writer(), output, in: session).run(files) }
        let rules = ChecksumCheckRun.Rules(functions: named, zero: zero, strict: strict, ignoreMissing: ignoreMissing, isSilent: status)
        try await ChecksumCheckRun(rules, output, in: session).run(list: files.first ?? "-")
    }

    private var named: [ChecksumFunction] { algorithm.map(\.function) }

    private var functions: [ChecksumFunction] {
        if !named.isEmpty { return named }
        return hashdeep ? [.md5, .sha256] : [.sha256]
    }

    private func writer() throws -> ChecksumListWriter {
        let needsTags = functions.count > 1 || functions.contains { $0.digest == nil }
        return try ChecksumListWriter(
            hashdeep ? .hashdeep : tag || needsTags ? .bsd : .gnu, functions: functions, isZeroTerminated: zero)
    }
}

/// `sha256`, in any of the ways in which it is written.
struct ChecksumFunctionArgument: ExpressibleByArgument {
    let function: ChecksumFunction

    init?(argument: String) {
        guard let function = ChecksumFunction(name: argument) else { return nil }
        self.function = function
    }

    static var allValueStrings: [String] { ChecksumFunction.allCases.map(\.rawValue) }
}
