public import OpenSSL

/// An append-only, hash-chained record of security-relevant events, in one file.
///
/// Each event carries the hash of the one before it, so that nothing can be changed, removed or moved without breaking the chain; once
/// the store is unsealed, each also carries a MAC, so that the chain cannot be computed anew by somebody without the key.
/// Several threads, objects and processes may append to one file at once. The format is described in Docs/Formats/AuditTrail.md.
///
///     let trail = try AuditTrail(path: "/var/lib/coffer/audit.log")
///     try trail.authenticate(with: auditKey)
///     try trail.append(event)                       // durable when it returns
///     let verification = try trail.verify(against: anchor)
public final class AuditTrail: Sendable {
    public enum Access: Sendable {
        /// Create the file if there is none, read and append.
        case append
        /// Only read; nothing on the disk is changed, not even repaired.
        case readOnly
    }

    let log: AuditLog
    private let committer: GroupCommitter

    /// Opens the trail; creates it with mode 0600 when there is none and the access allows it.
    ///
    /// A damaged file can be opened, to be verified and read; appending to it is refused.
    ///
    /// - Throws: `unavailable` when the file cannot be opened or created, `newerFormat`.
    public convenience init(path: String, access: Access = .append) throws(AuditTrailError) {
        guard !path.utf8.contains(0) else { throw LogFailure(path: "").unavailable("its path has a zero byte in it") }
        let file: SystemAuditFile
        do {
            file = try SystemAuditFile(path: path, access: access)
        } catch {
            throw LogFailure(path: path).disk(error, while: "open")
        }
        try self.init(file: file, path: path, access: access)
    }

    /// A trail over any file.
    init(file: any AuditFile, path: String, access: Access = .append) throws(AuditTrailError) {
        log = try AuditLog(file: file, path: path, access: access)
        committer = GroupCommitter(log: log)
    }

    // MARK: Writing

    /// Gives events a MAC under this key from now on: the store was unsealed. A later key replaces an earlier one.
    ///
    /// When the last event or the head carries a MAC that another key made, the trail can still be verified and read; appending is
    /// refused as `damaged`, so that no authentic event vouches for a forged one.
    ///
    /// - Throws: `unavailable` when libcrypto fails.
    public func authenticate(with key: consuming SecretBytes) throws(AuditTrailError) {
        try log.authenticate(with: key)
    }

    /// Records one event. It is durable when this returns, and not recorded when this throws.
    ///
    /// Waits for the disk on the caller's thread: in asynchronous code prefer `appendGrouped`.
    ///
    /// - Throws: `unavailable`, `damaged`, `tooLarge`.
    @discardableResult
    public func append(_ event: AuditEvent) throws(AuditTrailError) -> AuditPosition {
        let positions = try log.append([EventEncoder.encode(event)])
        guard let position = positions.last else { preconditionFailure("one event has one position") }
        return position
    }

    /// Records several events, together or not at all, by one write.
    ///
    /// - Throws: as `append` for one.
    public func append(_ events: [AuditEvent]) throws(AuditTrailError) {
        var encoded: [[UInt8]] = []
        for event in events { encoded.append(try EventEncoder.encode(event)) }
        _ = try log.append(encoded)
    }

    /// As `append`, but concurrent callers share one write and one `fdatasync`, suspended and without blocking a thread of theirs.
    ///
    /// Events of one group are recorded together or not at all. Cancelling the task does not take the event back.
    ///
    /// - Throws: `unavailable`, `damaged`, `tooLarge`.
    @discardableResult
    public func appendGrouped(_ event: AuditEvent) async throws(AuditTrailError) -> AuditPosition {
        try await committer.append(EventEncoder.encode(event))
    }

    // MARK: Reading

    /// The last recorded event's position, also when another process recorded it.
    ///
    /// - Throws: `unavailable`, `damaged`, `newerFormat`.
    public func position() throws(AuditTrailError) -> AuditPosition {
        try log.position()
    }

    /// Hands the events to `body`, newest first, until it returns false. Events appended meanwhile are not seen.
    ///
    /// The file is read backwards in blocks, so memory does not grow with the trail. This is a reading, not a verification: a record is
    /// marked as authenticated when its own MAC holds, and nothing is said about its neighbours.
    ///
    /// - Throws: `AuditTrailError` (`unavailable`, or `damaged` for a line that is not an event), or what `body` throws.
    public func forEachNewestFirst(_ body: (AuditRecord) throws -> Bool) throws {
        let snapshot = try log.snapshot()
        var chain = try log.makeChain()
        var reader = BackwardLineReader(file: log.file, size: snapshot.size)
        let decoder = AuditRecordDecoder()
        guard try step({ () throws(SystemCallError) in try reader.skipUnfinishedLine() }) != nil else {
            throw log.failure.damaged("it has no line of possible length")
        }
        while true {
            switch try step({ () throws(SystemCallError) in try reader.next() }) {
            case .end: return
            case .malformed: throw log.failure.damaged("a line is longer than there can be")
            case .line(let range):
                let record = try decoder.record(from: reader.buffer.span.extracting(range), chain: &chain, failure: log.failure)
                guard try body(record) else { return }
            }
        }
    }

    /// Whether the trail has this position: the event of that number, with that hash.
    ///
    /// The file is read backwards down to that event. As with `forEachNewestFirst` nothing is verified: this tells the trail that a position
    /// was taken from apart from another one, and `verify(against:)` tells whether it is sound.
    ///
    /// - Throws: `unavailable`, or `damaged` for a line that is not an event.
    public func contains(_ position: AuditPosition) throws(AuditTrailError) -> Bool {
        guard position.sequence > 0 else { return position == .start }
        var reader = BackwardLineReader(file: log.file, size: try log.snapshot().size)
        guard try step({ () throws(SystemCallError) in try reader.skipUnfinishedLine() }) != nil else {
            throw log.failure.damaged("it has no line of possible length")
        }
        while true {
            switch try step({ () throws(SystemCallError) in try reader.next() }) {
            case .end: return false
            case .malformed: throw log.failure.damaged("a line is longer than there can be")
            case .line(let range):
                let line: EventLine
                do throws(MalformedLine) {
                    line = try EventLine(parsing: reader.buffer.span.extracting(range))
                } catch {
                    throw log.failure.damaged(error.reason)
                }
                guard line.sequence <= position.sequence else { continue }
                return line.position == position
            }
        }
    }

    private func step<Value>(_ read: () throws(SystemCallError) -> Value) throws(AuditTrailError) -> Value {
        do {
            return try read()
        } catch {
            throw log.failure.disk(error, while: "read")
        }
    }

    /// Reads the whole trail, recomputes every link, and reports the first thing that is wrong.
    ///
    /// MACs are checked when the trail was given its key; without it only the plain chain is, which somebody who can write the file can
    /// also recompute.
    ///
    /// - Parameter anchor: a position that this trail once had, kept somewhere else; nil if there is none.
    /// - Throws: `unavailable` when the file cannot be read to its end. Damage is not thrown but returned.
    public func verify(against anchor: AuditPosition?) throws(AuditTrailError) -> AuditVerification {
        var reader = VerifyingReader(log.file, try log.snapshot(), TrailVerifier(chain: try log.makeChain(), anchor: anchor), log.failure)
        return try reader.verify()
    }

    /// As `verify`, and hands what is verified to `write`, in pieces: the head and all events as they are in the file now.
    ///
    /// What `write` got is a trail of its own, unless there is a problem. What a crash left of an event that nobody was told is recorded is
    /// not in it.
    /// - Throws: as `verify`, or what `write` throws.
    public func copy(verifyingAgainst anchor: AuditPosition?, _ write: ([UInt8]) throws -> Void) throws -> AuditCopy {
        let snapshot = try log.snapshot()
        var reader = VerifyingReader(log.file, snapshot, TrailVerifier(chain: try log.makeChain(), anchor: anchor), log.failure)
        do {
            var digest = try Digest(.sha256)
            var piece = snapshot.head
            while !piece.isEmpty {
                unsafe try digest.update(piece.span.bytes)
                try write(piece)
                piece = try reader.nextLines()
            }
            return AuditCopy(verification: reader.result, position: reader.position, digest: try digest.finalize())
        } catch let error as OpenSSLError {
            throw log.failure.cryptography(error)
        }
    }
}
