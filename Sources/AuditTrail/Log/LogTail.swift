import OpenSSL

/// The end of a log: where the next event goes, and what it is chained to.
struct LogTail {
    let position: AuditPosition
    /// Of the whole lines, in bytes. What follows was never acknowledged.
    let size: Int64
    /// The head line as it stands in the file.
    let head: [UInt8]

    /// Finds the end of a file that nobody is writing to.
    ///
    /// The last line, and the head where it can be compared, are checked as far as the chain's key allows: otherwise the next event
    /// would vouch for a forged predecessor.
    ///
    /// - Throws: `damaged`, `newerFormat` or `unavailable`.
    static func read(
        from file: any AuditFile, size: Int64, chain: inout EventChain, failure: LogFailure
    ) throws(AuditTrailError) -> LogTail {
        let (head, headLine) = try readHead(from: file, failure: failure)
        var reader = BackwardLineReader(file: file, size: size)
        let wholeSize: Int64?
        let lastLine: BackwardLineReader.Step
        do {
            wholeSize = try reader.skipUnfinishedLine()
            lastLine = try reader.next()
        } catch {
            throw failure.disk(error, while: "read")
        }
        guard let wholeSize else { throw failure.damaged("it does not end with a line of possible length") }
        let position: AuditPosition
        switch lastLine {
        case .malformed: throw failure.damaged("its last line is longer than there can be")
        case .end: position = .start
        case .line(let range): position = try check(reader.buffer.span.extracting(range), chain: &chain, failure: failure)
        }
        try check(head, against: position, chain: &chain, failure: failure)
        return LogTail(position: position, size: wholeSize, head: headLine)
    }

    private static func readHead(
        from file: any AuditFile, failure: LogFailure
    ) throws(AuditTrailError) -> (HeadLine, [UInt8]) {
        let bytes: [UInt8]
        do {
            bytes = try file.read(at: 0, count: HeadLine.byteCount)
        } catch {
            throw failure.disk(error, while: "read")
        }
        do {
            return (try HeadLine(parsing: bytes.span), bytes)
        } catch {
            throw failure.head(error)
        }
    }

    private static func check(
        _ bytes: Span<UInt8>, chain: inout EventChain, failure: LogFailure
    ) throws(AuditTrailError) -> AuditPosition {
        let line: EventLine
        do {
            line = try EventLine(parsing: bytes)
        } catch {
            throw failure.damaged("its last line: \(error.reason)")
        }
        let hash: [UInt8]
        var isForged = false
        do {
            hash = try chain.hash(sequence: line.sequence, previous: line.previous, event: bytes.extracting(line.event))
            if chain.hasKey, let code = line.code {
                isForged = try !chain.isValid(code, forEventAt: line.position)
            }
        } catch {
            throw failure.cryptography(error)
        }
        guard hash == line.position.hash else { throw failure.damaged("its last event, \(line.sequence), was changed") }
        if isForged { throw failure.damaged("its last event, \(line.sequence), is not authentic") }
        return line.position
    }

    private static func check(
        _ head: HeadLine, against position: AuditPosition, chain: inout EventChain, failure: LogFailure
    ) throws(AuditTrailError) {
        let isForged: Bool
        do {
            if chain.hasKey, head.isAuthenticated {
                isForged = try !chain.isValid(head.code, forHeadAt: head.position)
            } else {
                isForged = false
            }
        } catch {
            throw failure.cryptography(error)
        }
        if isForged { throw failure.damaged("its head is not authentic") }
        guard head.position.sequence <= position.sequence else {
            throw failure.damaged("events after \(position.sequence) are missing, its head counts \(head.position.sequence)")
        }
        guard head.position.sequence < position.sequence || head.position == position else {
            throw failure.damaged("its head does not fit event \(position.sequence)")
        }
    }
}
