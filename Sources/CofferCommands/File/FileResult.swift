import Envelope
import Findings

/// What became of one file.
struct FileResult: CommandResult {
    struct Problem: Encodable {
        let code: String
        let message: String
        let hint: String?

        init(_ failure: Failure) {
            code = failure.code
            message = failure.message
            hint = failure.hint
        }
    }

    /// The file's name; of a verification, which makes no other file, `file` is.
    let input: String?
    let file: String?
    var output: String?
    /// Whether all of it was found authentic; nil where that was not the question, or only a part was looked at.
    var intact: Bool?
    var plaintextByteCount: UInt64?
    var sealedByteCount: UInt64?
    var openedBy: String?
    var checkedChunkCount: UInt64?
    var chunkCount: UInt64?
    var error: Problem?
    /// Why it was passed over.
    var skipped: String?

    private enum CodingKeys: CodingKey {
        case input, file, output, intact, plaintextByteCount, sealedByteCount, openedBy, checkedChunkCount, chunkCount, error, skipped
    }

    private init(_ name: String, isVerification: Bool) {
        input = isVerification ? nil : name
        file = isVerification ? name : nil
    }

    init(_ name: String, output: String?, _ summary: SealedFileSummary) {
        self.init(name, summary, isVerification: false)
        self.output = output
    }

    private init(_ name: String, _ summary: SealedFileSummary, isVerification: Bool) {
        self.init(name, isVerification: isVerification)
        plaintextByteCount = summary.plaintextByteCount
        sealedByteCount = summary.fileByteCount
        openedBy = summary.openedBy
    }

    /// - Parameter isSample: whether a part was to be looked at.
    static func verified(_ name: String, _ summary: SealedFileSummary, isSample: Bool) -> FileResult {
        var result = FileResult(name, summary, isVerification: true)
        result.intact = summary.checkedChunkCount == nil ? true : nil
        guard isSample else { return result }
        result.checkedChunkCount = summary.checkedChunkCount ?? summary.chunkCount
        result.chunkCount = summary.chunkCount
        return result
    }

    static func failed(_ name: String, _ failure: Failure, isVerification: Bool) -> FileResult {
        var result = FileResult(name, isVerification: isVerification)
        result.error = Problem(failure)
        return result
    }

    static func skipped(_ name: String, because reason: String, isVerification: Bool) -> FileResult {
        var result = FileResult(name, isVerification: isVerification)
        result.skipped = reason
        return result
    }

    /// Of what is written, silence is success, as with cp.
    var text: String {
        guard let file, let plaintextByteCount, let openedBy else { return "" }
        let name = visible(file)
        if let checkedChunkCount, let chunkCount, intact == nil {
            return "\(name): \(checkedChunkCount) of \(chunkCount) chunks are intact, opened by \(visible(openedBy))\n"
        }
        return "\(name): intact, \(CountText.of(plaintextByteCount, "byte")), opened by \(visible(openedBy))\n"
    }
}
