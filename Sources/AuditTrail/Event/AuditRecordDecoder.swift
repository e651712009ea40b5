import OpenSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads a line of the trail into a record. The line may have been written by anybody.
struct AuditRecordDecoder {
    private let decoder = JSONDecoder()

    /// The members that records are listed and filtered by.
    private struct Fields: Decodable {
        struct Identity: Decodable {
            let userName: String
        }
        struct Resource: Decodable {
            let ARN: String
        }
        let eventTime: String
        let eventName: String
        let eventSource: String
        let eventID: String
        let userIdentity: Identity
        let errorCode: String?
        let readOnly: Bool
        let resources: [Resource]?
    }

    /// - Throws: `damaged` for a line that is not an event.
    func record(
        from bytes: Span<UInt8>, chain: inout EventChain, failure: LogFailure
    ) throws(AuditTrailError) -> AuditRecord {
        let line: EventLine
        do {
            line = try EventLine(parsing: bytes)
        } catch {
            throw failure.damaged(error.reason)
        }
        let event = bytes.extracting(line.event)
        let content = unsafe event.withUnsafeBufferPointer { unsafe [UInt8]($0) }
        guard let json = String(validating: content, as: UTF8.self) else {
            throw failure.damaged("event \(line.sequence) is not UTF-8")
        }
        let fields: Fields
        do {
            fields = try decoder.decode(Fields.self, from: Data(content))
        } catch {
            throw failure.damaged("event \(line.sequence) is not an event record")
        }
        guard let eventTime = RFC3339.nanoseconds(parsing: fields.eventTime) else {
            throw failure.damaged("event \(line.sequence) has no valid time")
        }
        return AuditRecord(
            sequence: line.sequence, json: json,
            isAuthenticated: try isAuthentic(line, event: event, chain: &chain, failure: failure),
            eventTime: eventTime, eventName: fields.eventName, eventSource: fields.eventSource, eventID: fields.eventID,
            userName: fields.userIdentity.userName, errorCode: fields.errorCode, readOnly: fields.readOnly,
            resources: fields.resources?.map(\.ARN) ?? [])
    }

    private func isAuthentic(
        _ line: EventLine, event: Span<UInt8>, chain: inout EventChain, failure: LogFailure
    ) throws(AuditTrailError) -> Bool {
        guard chain.hasKey, let code = line.code else { return false }
        do {
            // The MAC covers the hash, so the hash has to be that of this very content.
            let hash = try chain.hash(sequence: line.sequence, previous: line.previous, event: event)
            guard hash == line.position.hash else { return false }
            return try chain.isValid(code, forEventAt: line.position)
        } catch {
            throw failure.cryptography(error)
        }
    }
}
