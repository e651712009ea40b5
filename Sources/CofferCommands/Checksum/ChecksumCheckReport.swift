import Integrity

/// What a check of a list found.
struct ChecksumCheckReport: CommandResult {
    struct File: Encodable {
        let file: String
        /// `Matches`, `Differs`, `Missing`, `Unreadable`.
        let verdict: String
        let error: FileResult.Problem?
    }

    struct Line: Encodable {
        let line: UInt64
        let reason: String
    }

    /// Lines that cannot be read and are listed one by one; of more, the number is told.
    private static let maximumListedLineCount = 100

    let list: String
    private(set) var files: [File] = []
    private(set) var matchedCount: UInt64 = 0
    private(set) var differingCount: UInt64 = 0
    private(set) var missingCount: UInt64 = 0
    private(set) var unreadableCount: UInt64 = 0
    /// Missing, which was asked to be passed over.
    var ignoredCount: UInt64 = 0
    private(set) var malformedLines: [Line] = []
    private(set) var malformedLineCount: UInt64 = 0

    init(list: String) { self.list = list }

    /// The lines were written when they were there.
    var text: String { "" }

    /// - Returns: whether the line is listed.
    mutating func note(_ line: MalformedListLine) -> Bool {
        malformedLineCount += 1
        guard malformedLines.count < Self.maximumListedLineCount else { return false }
        malformedLines.append(Line(line: line.lineNumber, reason: line.reason))
        return true
    }

    mutating func note(_ file: ListedFile, _ verdict: ChecksumVerdict, keepsFile: Bool) {
        let (word, error): (String, IntegrityError?)
        switch verdict {
        case .matches:
            matchedCount += 1
            (word, error) = ("Matches", nil)
        case .differs:
            differingCount += 1
            (word, error) = ("Differs", nil)
        case .missing:
            missingCount += 1
            (word, error) = ("Missing", nil)
        case .unreadable(let reason):
            unreadableCount += 1
            (word, error) = ("Unreadable", reason)
        }
        guard keepsFile else { return }
        let name = String(decoding: file.path, as: UTF8.self)
        files.append(File(file: name, verdict: word, error: error.map { FileResult.Problem(Failure($0)) }))
    }

    /// - Throws: what the exit status is, unless all is fine. Of several reasons the one that is hardest to set right counts.
    func finish(strict: Bool, ignoreMissing: Bool, isSilent: Bool) throws {
        guard fileCount > 0 else {
            throw CommandError(
                .malformedInput, "\(list): has no line that says what a file should be",
                hint: "a list of sha256sum, of shasum --tag or openssl dgst, or of hashdeep is needed")
        }
        let reasons: [(isThere: Bool, status: ExitStatus, code: String)] = [
            (differingCount + missingCount > 0, .negative, "ChecksumMismatch"),
            (ignoreMissing && matchedCount == 0, .negative, "NoFileVerified"),
            (strict && malformedLineCount > 0, .usage, "MalformedInput"), (unreadableCount > 0, .environment, "FileUnavailable"),
        ]
        guard let worst = reasons.filter(\.isThere).max(by: { $0.status.severity < $1.status.severity }) else { return }
        if isSilent { throw SilentFailure(status: worst.status) }
        throw FindingsReported(status: worst.status, code: worst.code, message: "\(list): \(summary)", hint: nil)
    }

    private var fileCount: UInt64 { matchedCount + differingCount + missingCount + unreadableCount + ignoredCount }

    private var summary: String {
        let counts = [
            (differingCount, differingCount == 1 ? "differs" : "differ"), (missingCount, "missing"), (unreadableCount, "unreadable"),
            (ignoredCount, "missing and ignored"), (malformedLineCount, malformedLineCount == 1 ? "malformed line" : "malformed lines"),
        ]
        let told = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(matchedCount) of \(fileCount) files \(matchedCount == 1 ? "is" : "are") as listed: \(told.joined(separator: ", "))"
    }
}
