import AuditTrail
public import GRDB
public import KeyStore
import OpenSSL

/// A permission that one code has bought: short, counted, and for one scope.
///
/// It belongs to the store, not to a process: until it ends, whoever can open the store can use it up. It ends by the wall clock or by
/// the boot clock, whichever is first, and with the boot in which it began.
public struct MFASession: Sendable, Equatable {
    /// In minutes.
    public static let lengthRange = 1...15
    public static let useRange = 1...1000
    static let secondsPerMinute: Int64 = 60

    /// 32 hexadecimal digits. Not a secret.
    public let id: String
    /// What it is for, in the words of whoever asks for it; access control does not read them.
    public let scope: String
    /// The serial of the device, or "recovery code".
    public let grantedBy: String
    public let remainingUses: Int
    public let expirationDate: Timestamp

    init(_ record: SessionRecord) {
        id = Hex.encode(record.sessionID)
        scope = record.scope
        grantedBy = record.grantedBy
        remainingUses = Int(record.remaining)
        expirationDate = record.expirationDate
    }
}

extension MFAGate {
    /// Begins a session, which spends a code.
    /// - Parameters:
    ///   - scope: 1 to 2048 bytes, without NUL.
    ///   - uses: how often it can be used, in ``MFASession/useRange``.
    ///   - minutes: how long, in ``MFASession/lengthRange``.
    public func beginSession(
        scope: String, uses: Int, minutes: Int, authorizedBy code: consuming MFACode
    ) async throws(AccessError) -> MFASession {
        try Self.check(scope: scope, uses: uses, minutes: minutes)
        let proof = try await prepare(code)
        let reading = try environment.read()
        let id: [UInt8]
        do { id = try Random.bytes(SessionRecord.idByteCount) } catch { throw AccessError(error) }
        let session = SessionRecord(
            sessionID: id, scope: scope, grantedBy: proof.source, uses: uses, seconds: Int64(minutes) * MFASession.secondsPerMinute,
            reading: reading)
        let event = AccessEvent(
            "BeginMFASession",
            [("scope", .string(scope)), ("uses", .integer(Int64(uses))), ("minutes", .integer(Int64(minutes)))])
        return try await authorize(proof) { db throws(AccessError) in
            try change(event, in: db, reading) { records throws(AccessError) in
                records.sessions.removeAll { !$0.isLive(at: reading) }
                guard records.sessions.count < SessionRecord.maximumCount else {
                    throw AccessError(.limitExceeded, "there are \(SessionRecord.maximumCount) sessions already; end one of them first")
                }
                records.sessions.append(session)
                return MFASession(session)
            }
        }
    }

    /// Uses a session up by as much as is done in this transaction.
    /// - Parameters:
    ///   - uses: how many things it has to permit.
    ///   - covers: whether a session's scope covers all of them.
    /// - Throws: `accessDenied` when no session that covers them has as many uses left.
    public func spendSession(uses: Int, in db: Database, covers: (String) -> Bool) throws(AccessError) {
        precondition(uses > 0, "a session permits something or is not asked")
        let reading = try environment.read()
        let old = try AccessRecords.load(from: db, key: key)
        var records = old
        // The one that ends first, so that the others are left.
        let usable = records.sessions.indices.filter {
            let session = records.sessions[$0]
            return session.isLive(at: reading) && session.remaining >= uses && covers(session.scope)
        }
        guard let index = usable.min(by: { records.sessions[$0].expirationDate < records.sessions[$1].expirationDate }) else {
            throw .codeNeeded
        }
        records.sessions[index].remaining -= Int64(uses)
        let session = records.sessions[index]
        if session.remaining == 0 { records.sessions.remove(at: index) }
        try records.save(replacing: old, in: db, key: key)
        let parameters: [(String, AuditValue)] = [("sessionId", .string(Hex.encode(session.sessionID))), ("uses", .integer(Int64(uses)))]
        var event = AccessEvent("UseMFASession", parameters)
        event.additional = [("remainingUses", .integer(session.remaining)), ("serialNumber", .string(session.grantedBy))]
        try environment.append(event, at: reading.wall)
    }

    /// Those that can be used, by when they end.
    public func sessions() throws(AccessError) -> [MFASession] {
        let reading = try environment.read()
        return try records().sessions.filter { $0.isLive(at: reading) }.map(MFASession.init).sorted {
            ($0.expirationDate, $0.id) < ($1.expirationDate, $1.id)
        }
    }

    /// Ends a session early. Needs no code: it only takes something away.
    /// - Throws: `notFound`.
    public func endSession(id: String) throws(AccessError) {
        let reading = try environment.read()
        try environment.write { db throws(AccessError) in
            try change(AccessEvent("EndMFASession", [("sessionId", .string(id))]), in: db, reading) { records throws(AccessError) in
                guard let index = records.sessions.firstIndex(where: { Hex.encode($0.sessionID) == id }) else {
                    throw AccessError(.notFound, "there is no session \(id.prefix(2 * SessionRecord.idByteCount))")
                }
                records.sessions.remove(at: index)
            }
        }
    }

    private static func check(scope: String, uses: Int, minutes: Int) throws(AccessError) {
        guard (1...SessionRecord.maximumScopeByteCount).contains(scope.utf8.count), !scope.utf8.contains(0) else {
            throw AccessError(
                .validation, "the scope of a session has 1 to \(SessionRecord.maximumScopeByteCount) bytes, none of them zero")
        }
        guard MFASession.useRange.contains(uses) else {
            throw AccessError(.validation, "a session has 1 to \(MFASession.useRange.upperBound) uses, not \(uses)")
        }
        guard MFASession.lengthRange.contains(minutes) else {
            throw AccessError(.validation, "a session lasts 1 to \(MFASession.lengthRange.upperBound) minutes, not \(minutes)")
        }
    }
}
