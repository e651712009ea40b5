import OpenSSL

/// Reads one state of a trail from its head to its end, and verifies what it reads.
struct VerifyingReader: ~Copyable {
    private var verifier: TrailVerifier
    private var reader: ForwardLineReader
    /// Of the last event's line in the reader's buffer.
    private var range = 0..<0
    private let failure: LogFailure
    private var size = Int64(HeadLine.byteCount)
    /// Of the file up to the last event with a MAC that holds, in bytes.
    private(set) var authenticSize = Int64(HeadLine.byteCount)

    init(_ file: any AuditFile, _ snapshot: AuditLog.Snapshot, _ verifier: consuming TrailVerifier, _ failure: LogFailure) {
        self.verifier = verifier
        reader = ForwardLineReader(file: file, from: Int64(HeadLine.byteCount), to: snapshot.size)
        self.failure = failure
        self.verifier.readHead(snapshot.head.span)
    }

    var position: AuditPosition { verifier.position }

    var isWhole: Bool { verifier.isWhole }

    /// Of the last event with a MAC that holds.
    var authentic: AuditPosition { verifier.authentic }

    /// Complete once `next` has returned false.
    var result: AuditVerification { verifier.result }

    /// Reads to the end.
    mutating func verify() throws(AuditTrailError) -> AuditVerification {
        while try next() {}
        return result
    }

    /// - Returns: whether there was another line; what was read after a problem was found is only searched, and is not sound.
    mutating func next() throws(AuditTrailError) -> Bool {
        guard !verifier.isDone else { return false }
        let step: ForwardLineReader.Step
        do {
            step = try reader.next()
        } catch {
            throw failure.disk(error, while: "read")
        }
        do {
            return try judge(step)
        } catch {
            throw failure.cryptography(error)
        }
    }

    /// Some of the lines that follow, with their line feeds; empty at the end.
    mutating func nextLines() throws(AuditTrailError) -> [UInt8] {
        var lines: [UInt8] = []
        while lines.count < ForwardLineReader.blockByteCount, try next() {
            lines += reader.buffer[range]
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private mutating func judge(_ step: ForwardLineReader.Step) throws(OpenSSLError) -> Bool {
        switch step {
        case .line(let range):
            self.range = range
            let before = verifier.authentic
            try Self.read(range, of: reader.buffer, with: &verifier)
            size += Int64(range.count) + 1
            if verifier.authentic != before { authenticSize = size }
            return true
        case .tooLong: verifier.readEndlessLine()
        case .unfinished(let byteCount): try verifier.finish(unfinishedByteCount: byteCount)
        case .end: try verifier.finish(unfinishedByteCount: 0)
        }
        return false
    }

    /// A span of a member is a use of all of `self`, so the verifier could not change meanwhile.
    private static func read(_ range: Range<Int>, of buffer: [UInt8], with verifier: inout TrailVerifier) throws(OpenSSLError) {
        try verifier.readEvent(buffer.span.extracting(range))
    }
}
