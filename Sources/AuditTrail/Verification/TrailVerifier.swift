import OpenSSL

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Recomputes a trail line by line, and keeps the first thing that is wrong.
///
/// The events are judged first, then the head, then the anchor: what an event says is more precise than that the head does not fit.
struct TrailVerifier: ~Copyable {
    /// Nothing more has to be read.
    private(set) var isDone = false
    /// Whether the file agrees with itself to its end, whatever the anchor says.
    private(set) var isWhole = false

    private var chain: EventChain
    private let anchor: AuditPosition?
    private var head: HeadLine?
    private var problem: AuditProblem?

    /// The last event that was found sound, and whether a MAC of its own vouches for it.
    private var current = AuditPosition.start
    private var currentIsAuthentic = false
    /// The last event with a MAC that holds.
    private(set) var authentic = AuditPosition.start
    private var unfinishedByteCount = 0
    private var acceptanceCount: UInt64 = 0

    /// The chain where the head and the anchor point, once it was reached.
    private var eventAtHead: (position: AuditPosition, hasCode: Bool)?
    private var eventAtAnchor: AuditPosition?

    /// A number was skipped: the rest of the file is only searched for it, to tell moved events from missing ones.
    private var gap: (sequence: UInt64, next: UInt64, line: Int)?
    private var line = 1

    init(chain: consuming EventChain, anchor: AuditPosition?) {
        self.chain = chain
        self.anchor = anchor
        noteReached(hasCode: false)
    }

    /// Of the last event that was found sound.
    var position: AuditPosition { current }

    var result: AuditVerification {
        AuditVerification(
            eventCount: current.sequence, authenticatedCount: authentic.sequence, unfinishedByteCount: unfinishedByteCount,
            acceptanceCount: acceptanceCount, firstProblem: problem)
    }

    // MARK: Lines

    mutating func readHead(_ bytes: Span<UInt8>) {
        do {
            let head = try HeadLine(parsing: bytes)
            self.head = head
        } catch {
            switch error {
            case .malformed(let malformed): report(.malformed, 0, line: 1, malformed.reason)
            case .newerFormat(let version): report(.malformed, 0, line: 1, "the head names format \(version), which is unknown")
            }
        }
        noteReached(hasCode: false)
    }

    /// Reads one line that has a line feed, without it.
    mutating func readEvent(_ bytes: Span<UInt8>) throws(OpenSSLError) {
        line += 1
        let parsed: EventLine
        do {
            parsed = try EventLine(parsing: bytes)
        } catch {
            if gap == nil { stop(.malformed, current.sequence + 1, line: line, error.reason) }
            return
        }
        if let gap {
            guard parsed.sequence == gap.sequence else { return }
            return stop(
                .reordered, gap.sequence, line: gap.line, "event \(gap.sequence) stands in line \(line), event \(gap.next) in its place")
        }
        let event = bytes.extracting(parsed.event)
        let expected = current.sequence + 1
        let hashInPlace = try chain.hash(sequence: expected, previous: current.hash, event: event)
        guard parsed.sequence == expected else { return judgeNumber(of: parsed, hashInPlace: hashInPlace) }
        guard parsed.previous == current.hash, parsed.position.hash == hashInPlace else {
            return try judgeLink(of: parsed, event: event, hashInPlace: hashInPlace)
        }
        if chain.hasKey, let code = parsed.code {
            guard try chain.isValid(code, forEventAt: parsed.position) else {
                return stop(
                    .changed, expected, line: line, "the chain fits but the MAC does not: it was recomputed by somebody without the key")
            }
            authentic = parsed.position
            currentIsAuthentic = true
        } else {
            currentIsAuthentic = false
        }
        current = parsed.position
        if Self.isAcceptance(event) { acceptanceCount += 1 }
        noteReached(hasCode: parsed.code != nil)
    }

    /// By the first name of an event in it: a quote within a string is escaped, so no text in front of it looks like that.
    private static func isAcceptance(_ event: Span<UInt8>) -> Bool {
        // Sound: what memchr gives back lies in the bytes that it was given, which live for the closure.
        unsafe event.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            var searched = 0
            while let found = unsafe memchr(base + searched, Int32(eventName[letter]), bytes.count - searched) {
                let position = unsafe UnsafeRawPointer(found) - base
                searched = position + 1
                guard position >= letter, unsafe bytes[(position - letter)...].starts(with: eventName) else { continue }
                return unsafe bytes[(position - letter + eventName.count)...].starts(with: acceptance)
            }
            return false
        }
    }

    private static let eventName = Array("\"eventName\":\"".utf8)
    /// The letter N in it, which is rarer than all others.
    private static let letter = 6
    private static let acceptance = Array("AcceptAuditTrail\"".utf8)

    /// A line without an end.
    mutating func readEndlessLine() {
        line += 1
        if let gap { return stopAtGap(gap) }
        stop(.malformed, current.sequence + 1, line: line, "the line is longer than \(EventLine.byteLimit) bytes")
    }

    /// The file is at its end.
    mutating func finish(unfinishedByteCount: Int) throws(OpenSSLError) {
        self.unfinishedByteCount = unfinishedByteCount
        if let gap { return stopAtGap(gap) }
        try judgeHead()
        isWhole = problem == nil
        judgeAnchor()
        isDone = true
    }

    // MARK: Judging an event

    private mutating func judgeNumber(of parsed: EventLine, hashInPlace: [UInt8]) {
        let expected = current.sequence + 1
        if parsed.previous == current.hash, parsed.position.hash == hashInPlace {
            stop(.changed, expected, line: line, "its sequence number was changed to \(parsed.sequence)")
        } else if parsed.sequence < expected {
            stop(.inserted, parsed.sequence, line: line, "an event with this number has already been, in line \(parsed.sequence + 1)")
        } else {
            gap = (expected, parsed.sequence, line)
        }
    }

    /// The number is right, the hashes are not.
    private mutating func judgeLink(of parsed: EventLine, event: Span<UInt8>, hashInPlace: [UInt8]) throws(OpenSSLError) {
        let expected = current.sequence + 1
        if parsed.position.hash == hashInPlace {
            return stop(.changed, expected, line: line, "the hash of its predecessor was changed in it")
        }
        let ownHash = try chain.hash(sequence: expected, previous: parsed.previous, event: event)
        guard parsed.position.hash == ownHash else {
            return stop(.changed, expected, line: line, "its content does not have its hash")
        }
        // The line fits itself but follows another predecessor. One of the two was replaced and given a fitting hash: this one if a MAC
        // vouches for the other.
        if expected == 1 || currentIsAuthentic {
            stop(.changed, expected, line: line, "it does not follow the event before it")
        } else {
            stop(.changed, current.sequence, line: line - 1, "the event after it follows another one: it was replaced")
        }
    }

    private mutating func stopAtGap(_ gap: (sequence: UInt64, next: UInt64, line: Int)) {
        let missing =
            gap.next == gap.sequence + 1 ? "event \(gap.sequence) is missing" : "events \(gap.sequence) to \(gap.next - 1) are missing"
        stop(.missing, gap.sequence, line: gap.line, missing)
    }

    private mutating func noteReached(hasCode: Bool) {
        if current.sequence == head?.position.sequence { eventAtHead = (current, hasCode) }
        if current.sequence == anchor?.sequence { eventAtAnchor = current }
    }

    // MARK: Judging the whole

    private mutating func judgeHead() throws(OpenSSLError) {
        guard let head else { return }
        let sequence = head.position.sequence
        if chain.hasKey, head.isAuthenticated, try !chain.isValid(head.code, forHeadAt: head.position) {
            return report(.headForged, sequence, line: 1, "the head's MAC does not fit")
        }
        guard let eventAtHead else {
            let missing = current.sequence + 1
            return report(
                .truncated, missing, line: line + 1, "the head counts \(sequence) events, the file ends after \(current.sequence)")
        }
        if eventAtHead.position != head.position {
            // A head whose MAC was just checked is the witness, and the events are wrong.
            return chain.hasKey && head.isAuthenticated
                ? report(.changed, sequence, line: line(of: sequence), "the authentic head has another hash for this event")
                : report(.headForged, sequence, line: 1, "the head has another hash than event \(sequence)")
        }
        // Whoever wrote an event wrote the head after it, with the same key or without.
        guard eventAtHead.hasCode != head.isAuthenticated else { return }
        if head.isAuthenticated, sequence > 0 {
            report(.changed, sequence, line: line(of: sequence), "its MAC was removed: the head, written with it, has one")
        } else {
            report(.headForged, sequence, line: 1, "the head and event \(sequence) do not both have a MAC")
        }
    }

    private mutating func judgeAnchor() {
        guard let anchor else { return }
        if let eventAtAnchor {
            guard eventAtAnchor != anchor else { return }
            return report(
                .rolledBack, anchor.sequence, line: line(of: anchor.sequence),
                "this event has another hash than the anchor: the file has another history")
        }
        let missing = current.sequence + 1
        if head?.position == current {
            report(
                .rolledBack, missing, line: line + 1,
                current.sequence == 0
                    ? "the file has no event, but \(anchor.sequence) had been recorded: it was emptied, or is a new one"
                    : "the file is whole up to event \(current.sequence), but \(anchor.sequence) had been recorded: it is an older one")
        } else {
            report(
                .truncated, missing, line: line + 1, "the anchor counts \(anchor.sequence) events, the file ends after \(current.sequence)")
        }
    }

    /// Event 1 stands in line 2. Only called for events that were read, so it fits.
    private func line(of sequence: UInt64) -> Int { Int(sequence) + 1 }

    // MARK: Reporting

    private mutating func report(_ kind: AuditProblem.Kind, _ sequence: UInt64, line: Int, _ explanation: String) {
        if problem == nil { problem = AuditProblem(kind: kind, sequence: sequence, line: line, explanation: explanation) }
    }

    private mutating func stop(_ kind: AuditProblem.Kind, _ sequence: UInt64, line: Int, _ explanation: String) {
        report(kind, sequence, line: line, explanation)
        isDone = true
    }
}
