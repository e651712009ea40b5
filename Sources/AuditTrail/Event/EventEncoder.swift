/// Turns an event into the JSON object that is stored and hashed. One event has one encoding: the order of members is fixed.
enum EventEncoder {
    // CloudTrail's limits ("CloudTrail record contents"), of encoded JSON for objects and of UTF-8 for strings.
    static let requestParametersLimit = 100 * 1024
    static let responseElementsLimit = 100 * 1024
    static let additionalEventDataLimit = 28 * 1024
    static let textLimit = 1024
    static let nestingLimit = 32
    /// A typical event has 900 bytes; the buffer then never grows.
    private static let usualCapacity = 2048

    /// - Throws: `tooLarge` when the event does not fit one line of the trail.
    static func encode(_ event: AuditEvent) throws(AuditTrailError) -> [UInt8] {
        var writer = JSONWriter(capacity: usualCapacity)
        writer.append("{\"eventVersion\":\"1.08\",\"userIdentity\":")
        append(event.principal, to: &writer)
        writer.append(",\"eventTime\":\"")
        RFC3339.write(seconds: RFC3339.seconds(fromNanoseconds: event.eventTime), to: &writer)
        writer.append("\",\"eventSource\":")
        writer.append(string: event.eventSource)
        writer.append(",\"eventName\":")
        writer.append(string: event.eventName)
        writer.append(",\"awsRegion\":")
        writer.append(string: event.awsRegion)
        writer.append(",\"sourceIPAddress\":")
        writer.append(string: event.sourceIPAddress)
        writer.append(",\"userAgent\":")
        writer.append(string: shortened(event.userAgent))
        appendOutcome(of: event, to: &writer)
        writer.append(",\"requestID\":")
        writer.append(string: shortened(event.requestID))
        writer.append(",\"eventID\":")
        writer.append(string: event.eventID)
        writer.append(",\"readOnly\":")
        writer.append(event.readOnly)
        appendResources(of: event, to: &writer)
        writer.append(",\"eventType\":")
        writer.append(string: event.eventType)
        writer.append(",\"managementEvent\":true,\"recipientAccountId\":")
        writer.append(string: event.recipientAccountID)
        writer.append(",\"eventCategory\":\"Management\"}")
        guard writer.count <= EventLine.eventByteLimit else {
            throw AuditTrailError(
                code: .tooLarge,
                message: "the audit event \(event.eventName.prefix(64)) has \(writer.count) bytes, the limit is \(EventLine.eventByteLimit)"
            )
        }
        return writer.bytes
    }

    private static func append(_ principal: AuditPrincipal, to writer: inout JSONWriter) {
        writer.append("{\"type\":")
        writer.append(string: principal.type)
        writer.append(",\"principalId\":")
        writer.append(string: principal.principalID)
        writer.append(",\"arn\":")
        writer.append(string: principal.arn)
        writer.append(",\"accountId\":")
        writer.append(string: principal.accountID)
        writer.append(",\"userName\":")
        writer.append(string: principal.userName)
        writer.append("}")
    }

    private static func appendOutcome(of event: AuditEvent, to writer: inout JSONWriter) {
        if let code = event.errorCode {
            writer.append(",\"errorCode\":")
            writer.append(string: code)
        }
        if let message = event.errorMessage {
            writer.append(",\"errorMessage\":")
            writer.append(string: shortened(message))
        }
        writer.append(",\"requestParameters\":")
        append(event.requestParameters, limit: requestParametersLimit, to: &writer)
        writer.append(",\"responseElements\":")
        append(event.responseElements, limit: responseElementsLimit, to: &writer)
        if let additional = event.additionalEventData {
            writer.append(",\"additionalEventData\":")
            append(additional, limit: additionalEventDataLimit, to: &writer)
        }
    }

    private static func appendResources(of event: AuditEvent, to writer: inout JSONWriter) {
        guard !event.resources.isEmpty else { return }
        writer.append(",\"resources\":[")
        for (index, arn) in event.resources.enumerated() {
            if index > 0 { writer.append(",") }
            writer.append("{\"accountId\":")
            writer.append(string: accountID(inARN: arn) ?? event.recipientAccountID)
            writer.append(",\"type\":\"AWS::KMS::Key\",\"ARN\":")
            writer.append(string: arn)
            writer.append("}")
        }
        writer.append("]")
    }

    /// The fifth part of arn:partition:service:region:account:resource.
    private static func accountID(inARN arn: String) -> String? {
        // One pass over the bytes: this runs for every use of a key.
        var colonCount = 0
        var start = arn.utf8.startIndex
        for index in arn.utf8.indices where arn.utf8[index] == 0x3A {
            colonCount += 1
            if colonCount == 4 { start = arn.utf8.index(after: index) }
            if colonCount == 5 { return start == index ? nil : String(arn[start..<index]) }
        }
        return nil
    }

    private static func append(_ members: [(String, AuditValue)]?, limit: Int, to writer: inout JSONWriter) {
        guard let members else {
            writer.append("null")
            return
        }
        let start = writer.count
        append(.object(members), depth: 0, end: start + limit, to: &writer)
        guard writer.count - start > limit else { return }
        writer.truncate(to: start)
        writer.append("{\"omitted\":\"more than ")
        writer.append(Int64(limit))
        writer.append(" bytes\"}")
    }

    /// Writing past `end` is given up early; what was written is then replaced by the caller.
    private static func append(_ value: AuditValue, depth: Int, end: Int, to writer: inout JSONWriter) {
        guard writer.count <= end else { return }
        guard depth < nestingLimit else {
            writer.append("{\"omitted\":\"nested too deeply\"}")
            return
        }
        switch value {
        case .string(let string): writer.append(string: string)
        case .integer(let integer): writer.append(integer)
        case .boolean(let boolean): writer.append(boolean)
        case .null: writer.append("null")
        case .array(let elements):
            writer.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { writer.append(",") }
                append(element, depth: depth + 1, end: end, to: &writer)
            }
            writer.append("]")
        case .object(let members):
            writer.append("{")
            for (index, member) in members.enumerated() {
                if index > 0 { writer.append(",") }
                writer.append(string: member.0)
                writer.append(":")
                append(member.1, depth: depth + 1, end: end, to: &writer)
            }
            writer.append("}")
        }
    }

    /// At most `textLimit` bytes of UTF-8, cut between characters.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        var end = text.startIndex
        var byteCount = 0
        while byteCount + text[end].utf8.count <= textLimit {
            byteCount += text[end].utf8.count
            end = text.index(after: end)
        }
        return String(text[..<end])
    }
}
