import Integrity

/// The checksums of one file.
struct ChecksumResult: Encodable {
    let file: String
    private(set) var byteCount: UInt64?
    private(set) var checksums: [String: String]?
    private(set) var error: FileResult.Problem?

    init(_ name: [UInt8], _ content: ContentChecksums) {
        file = String(decoding: name, as: UTF8.self)
        byteCount = content.byteCount
        checksums = Dictionary(content.checksums.map { ($0.function.rawValue, $0.hexadecimal) }, uniquingKeysWith: { first, _ in first })
    }

    init(_ name: [UInt8], _ failure: Failure) {
        file = String(decoding: name, as: UTF8.self)
        error = FileResult.Problem(failure)
    }
}

/// What became of all files, in their order.
struct ChecksumReport: CommandResult {
    /// How many there are.
    private let fileCount: Int
    private var failures: [Failure] = []
    var files: [ChecksumResult] = []

    private enum CodingKeys: CodingKey {
        case files
    }

    init(fileCount: Int) { self.fileCount = fileCount }

    /// The lines were written when they were there.
    var text: String { "" }

    mutating func failed(_ name: [UInt8], _ failure: Failure) {
        failures.append(failure)
        files.append(ChecksumResult(name, failure))
    }

    /// - Throws: the failure of a single file, or that some failed, after each was told.
    func finish(_ output: Output) throws {
        guard let worst = failures.max(by: { $0.status.severity < $1.status.severity }) else { return }
        guard fileCount > 1 else { throw NamedFailure(worst) }
        if !output.wantsJSON { for failure in failures { output.fail(failure.withoutHint) } }
        throw FilesFailed(failedCount: failures.count, count: fileCount, worst: worst, noun: "files")
    }
}
