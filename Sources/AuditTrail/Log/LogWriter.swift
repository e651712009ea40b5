import OpenSSL
import SystemPackage

/// Appends groups of events to the file, each group wholly or not at all.
///
/// One group is: the lines in one write, `fdatasync`, the head line in place. When a step fails, what the group left is taken back and
/// none of its events counts as recorded. Not thread-safe; `AuditLog` puts it under a mutex.
struct LogWriter: ~Copyable {
    let file: any AuditFile
    let access: AuditTrail.Access
    let failure: LogFailure
    private var chain: EventChain
    private var key: SecretBytes?
    /// The end as last seen; nil when it has to be looked for.
    private var tail: LogTail?
    /// Set when it is not known any more what the disk holds: until the trail is opened anew, nothing is appended.
    private var lastingFailure: AuditTrailError?
    /// The lines of the group being written. Reused.
    private var lines = JSONWriter(capacity: 16 * 1024)

    init(file: any AuditFile, path: String, access: AuditTrail.Access) throws(AuditTrailError) {
        self.file = file
        self.access = access
        failure = LogFailure(path: path, isInUse: access == .append)
        chain = try Self.chain(failure: failure)
    }

    // MARK: Creation

    /// Writes the first head into a new file, or into one whose creation was interrupted.
    func create() throws(AuditTrailError) {
        do {
            try file.lock(.exclusive)
            defer { file.unlock() }
            let empty = HeadLine.empty.bytes
            let existing = try file.read(at: 0, count: HeadLine.byteCount)
            guard existing.count < empty.count, empty.starts(with: existing) else { return }
            try file.write(empty, at: 0)
            try file.synchronize()
            try file.synchronizeFolder()
        } catch {
            throw failure.disk(error, while: "create")
        }
    }

    // MARK: Key

    /// From now on events carry a MAC under this key.
    ///
    /// The end is looked at again before the next event, now under the key. It is not looked at here, because whoever verifies a trail with
    /// a forged end needs the key as well.
    mutating func authenticate(with key: consuming SecretBytes) throws(AuditTrailError) {
        chain = try Self.chain(key: key, failure: failure)
        tail = nil
        self.key = .some(key)
    }

    /// A chain of its own for a reader, with the key if there is one.
    func makeChain() throws(AuditTrailError) -> EventChain {
        switch key {
        case .some(let key): try Self.chain(key: key, failure: failure)
        case .none: try Self.chain(failure: failure)
        }
    }

    private static func chain(key: borrowing SecretBytes, failure: LogFailure) throws(AuditTrailError) -> EventChain {
        do {
            return try EventChain(authenticator: HMAC(.sha256, key: key))
        } catch {
            throw failure.cryptography(error)
        }
    }

    private static func chain(failure: LogFailure) throws(AuditTrailError) -> EventChain {
        do {
            return try EventChain(authenticator: nil)
        } catch {
            throw failure.cryptography(error)
        }
    }

    // MARK: Position

    mutating func position() throws(AuditTrailError) -> AuditPosition {
        try lock(.shared)
        defer { file.unlock() }
        return try currentTail(fileSize: status().size).position
    }

    private func readHead() throws(AuditTrailError) -> [UInt8] {
        do {
            return try file.read(at: 0, count: HeadLine.byteCount)
        } catch {
            throw failure.disk(error, while: "read")
        }
    }

    private func lock(_ mode: AuditFileLock) throws(AuditTrailError) {
        do {
            try file.lock(mode)
        } catch {
            throw failure.disk(error, while: "lock")
        }
    }

    private func status() throws(AuditTrailError) -> AuditFileStatus {
        let status: AuditFileStatus
        do {
            status = try file.status()
        } catch {
            throw failure.disk(error, while: "examine")
        }
        guard status.hasName else { throw failure.unavailable("the file was removed while it was open; open the store again") }
        return status
    }

    /// The end of the log. Costs one small read when nobody else appended since it was last seen, because then size and head are the same.
    private mutating func currentTail(fileSize: Int64) throws(AuditTrailError) -> LogTail {
        if let tail {
            guard tail.size <= fileSize else {
                throw failure.damaged("it became shorter while it was open: if it was repaired, open the store again")
            }
            // Somebody who repaired it may have cut it, and it may have grown since.
            if tail.size == fileSize, try readHead() == tail.head { return tail }
        }
        let found = try LogTail.read(from: file, size: fileSize, chain: &chain, failure: failure)
        tail = found
        return found
    }

    // MARK: Appending

    /// Makes encoded events durable, in this order, and returns their positions.
    mutating func append(_ events: [[UInt8]]) throws(AuditTrailError) -> [AuditPosition] {
        guard access == .append else { throw failure.unavailable("it was opened for reading only") }
        if let lastingFailure { throw lastingFailure }
        try lock(.exclusive)
        defer { file.unlock() }
        let fileSize = try status().size
        let old = try currentTail(fileSize: fileSize)
        if fileSize > old.size { try cutUnfinishedLine(to: old.size) }
        let (positions, head) = try link(events, after: old.position)
        guard let last = positions.last else { return [] }
        try write(head: head, old: old)
        tail = LogTail(position: last, size: old.size + Int64(lines.count), head: head)
        return positions
    }

    /// A crash in the middle of a write left a piece of a line, which nobody was told is recorded: `LogTail` saw to it that the
    /// head does not count it.
    private func cutUnfinishedLine(to size: Int64) throws(AuditTrailError) {
        do {
            try file.truncate(to: size)
        } catch {
            throw failure.disk(error, while: "repair")
        }
    }

    /// Fills `lines`, and returns the new positions and the head line that goes with the last.
    private mutating func link(
        _ events: [[UInt8]], after start: AuditPosition
    ) throws(AuditTrailError) -> ([AuditPosition], head: [UInt8]) {
        guard start.sequence <= EventLine.sequenceLimit - UInt64(events.count) else {
            throw failure.damaged("its sequence numbers are used up")
        }
        lines.truncate(to: 0)
        var positions: [AuditPosition] = []
        positions.reserveCapacity(events.count)
        var previous = start
        do {
            for event in events {
                let sequence = previous.sequence + 1
                let hash = try chain.hash(sequence: sequence, previous: previous.hash, event: event.span)
                let position = AuditPosition(sequence: sequence, hash: hash)
                EventLine.write(event, at: position, after: previous, code: try chain.eventCode(for: position), to: &lines)
                positions.append(position)
                previous = position
            }
            let head = HeadLine(position: previous, code: try chain.headCode(for: previous) ?? HeadLine.unauthenticated)
            return (positions, head.bytes)
        } catch {
            // A context that failed half-way may hold half an input, so no further link is made with it.
            let failure = failure.cryptography(error)
            lastingFailure = failure
            throw failure
        }
    }

    private mutating func write(head: [UInt8], old: LogTail) throws(AuditTrailError) {
        do {
            try file.write(lines.bytes, at: old.size)
        } catch {
            takeBack(to: old)
            throw failure.disk(error, while: "append to")
        }
        do {
            try file.synchronize()
        } catch {
            // After a failed sync the kernel may have dropped the pages and call the next sync a success.
            takeBack(to: old)
            lastingFailure = failure.unavailable("an earlier write may be lost (\(error.call) failed); open the store again")
            throw failure.disk(error, while: "append to")
        }
        do {
            // Needs no sync: a head that lags is legitimate, and the next group's sync takes it along.
            try file.write(head, at: 0)
        } catch {
            takeBack(to: old, withHead: true)
            throw failure.disk(error, while: "append to")
        }
    }

    // MARK: Repair

    /// Cuts the file behind the last event that a MAC vouches for, if something is wrong with it; all that there was is in a copy by then.
    ///
    /// From then on the head counts an event more than there are, until this object appends it: what was done must not go without a record
    /// of it. A crash in between leaves a file that is damaged still.
    mutating func repair(
        against anchor: AuditPosition?, keepingAllIn makeCopy: () throws(AuditTrailError) -> any AuditFile
    ) throws(AuditTrailError) -> AuditRepair? {
        guard access == .append else { throw failure.unavailable("it was opened for reading only") }
        guard chain.hasKey else { throw failure.unavailable("without its key, nothing tells its events from forged ones") }
        // No event comes in between, and none that was verified is another by now.
        try lock(.exclusive)
        defer { file.unlock() }
        let snapshot = AuditLog.Snapshot(size: try status().size, head: try readHead())
        var reader = VerifyingReader(file, snapshot, TrailVerifier(chain: try makeChain(), anchor: anchor), failure)
        let verification = try reader.verify()
        guard let problem = verification.firstProblem else { return nil }
        if reader.isWhole, verification.authenticatedCount == verification.eventCount {
            return AuditRepair(problem: problem, position: reader.authentic, evidence: nil)
        }
        let copy = try makeCopy()
        let evidence: AuditRepair.Evidence
        do throws(AuditTrailError) {
            evidence = try keep(snapshot.size, in: copy, cutAt: reader.authenticSize)
        } catch {
            copy.remove()
            throw error
        }
        try cut(to: reader.authenticSize, after: reader.authentic)
        return AuditRepair(problem: problem, position: reader.authentic, evidence: evidence)
    }

    private func keep(_ byteCount: Int64, in copy: any AuditFile, cutAt end: Int64) throws(AuditTrailError) -> AuditRepair.Evidence {
        var (offset, lineCount) = (Int64(0), 0)
        do {
            var digest = try Digest(.sha256)
            while offset < byteCount {
                let block = try file.read(at: offset, count: Int(min(Int64(ForwardLineReader.blockByteCount), byteCount - offset)))
                // Somebody who minds no lock makes it shorter.
                guard !block.isEmpty else { throw SystemCallError(call: "pread", errno: Errno.ioError.rawValue) }
                unsafe try digest.update(block.span.bytes)
                try copy.write(block, at: offset)
                lineCount += block.dropFirst(Int(clamping: max(end - offset, 0))).count { $0 == UInt8(ascii: "\n") }
                offset += Int64(block.count)
            }
            try copy.synchronize()
            try copy.synchronizeFolder()
            return AuditRepair.Evidence(digest: try digest.finalize(), removedLineCount: lineCount)
        } catch let error as OpenSSLError {
            throw failure.cryptography(error)
        } catch {
            guard let error = error as? SystemCallError else { preconditionFailure("nothing else is thrown") }
            throw failure.disk(error, while: "copy")
        }
    }

    private mutating func cut(to size: Int64, after position: AuditPosition) throws(AuditTrailError) {
        let leading = AuditPosition(sequence: position.sequence + 1, hash: AuditPosition.start.hash)
        let head: [UInt8]
        do {
            head = HeadLine(position: leading, code: try chain.headCode(for: leading) ?? HeadLine.unauthenticated).bytes
        } catch {
            throw failure.cryptography(error)
        }
        do {
            try file.write(head, at: 0)
            try file.truncate(to: size)
            try file.synchronize()
        } catch {
            lastingFailure = failure.disk(error, while: "repair")
            throw failure.disk(error, while: "repair")
        }
        tail = LogTail(position: position, size: size, head: head)
    }

    /// Restores the old state after a step failed. When that fails as well, the trail is left to the next opening.
    private mutating func takeBack(to old: LogTail, withHead: Bool = false) {
        do {
            if withHead { try file.write(old.head, at: 0) }
            try file.truncate(to: old.size)
        } catch {
            lastingFailure = failure.disk(error, while: "take back an unfinished write to")
        }
    }
}
