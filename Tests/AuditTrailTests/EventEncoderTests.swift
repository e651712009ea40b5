import Foundation
import Testing

@testable import AuditTrail

@Suite("Events as JSON")
struct EventEncoderTests {
    private func object(_ event: AuditEvent) throws -> [String: Any] {
        let parsed = try JSONSerialization.jsonObject(with: Data(EventEncoder.encode(event)))
        return try #require(parsed as? [String: Any])
    }

    @Test("a plain event has CloudTrail's members in one order")
    func plain() throws {
        var event = Samples.event(1)
        event.errorCode = "AccessDeniedException"
        event.errorMessage = "no"
        event.additionalEventData = [("attempt", .integer(-3)), ("forced", .boolean(false)), ("note", .null)]
        #expect(
            String(decoding: try EventEncoder.encode(event), as: UTF8.self) == """
                {"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDACOFFEREXAMPLE",\
                "arn":"arn:aws:iam::000000000000:user/ada","accountId":"000000000000","userName":"ada"},\
                "eventTime":"2026-11-01T00:00:01Z","eventSource":"kms.amazonaws.com","eventName":"Decrypt","awsRegion":"us-east-1",\
                "sourceIPAddress":"localhost","userAgent":"coffer/0.1.0","errorCode":"AccessDeniedException","errorMessage":"no",\
                "requestParameters":{"keyId":"\(Samples.keyARN)"},"responseElements":null,\
                "additionalEventData":{"attempt":-3,"forced":false,"note":null},\
                "requestID":"11111111-1111-4111-8111-000000000001","eventID":"22222222-2222-4222-8222-000000000001","readOnly":true,\
                "resources":[{"accountId":"111122223333","type":"AWS::KMS::Key","ARN":"\(Samples.keyARN)"}],\
                "eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"000000000000","eventCategory":"Management"}
                """)
    }

    /// U+FEFF is not tried in first place: there Foundation's own parser drops it.
    static let hostileStrings: [String] = [
        "", "\"", "\\", "\\\"", "\",\"eventName\":\"Forged", "\n{\"sequence\":9}\n", "\u{0}", "\u{1}\u{1F}\u{8}\u{C}\r\t", "\u{7F}",
        "\u{80}\u{9B}31m\u{9F}", "\u{A0}é\u{BF}", "\u{2028}\u{2029}", "a\u{FEFF}", "😀\u{10FFFF}", "e\u{301}", "\u{FFFD}", "</script>",
        String(decoding: [0xED, 0xA0, 0x80, 0x41, 0xFF, 0xC2], as: UTF8.self), String(repeating: "\u{1}", count: 999),
    ]

    @Test("a hostile string comes back as itself from every member, on one line", arguments: hostileStrings)
    func hostile(text: String) throws {
        var event = AuditEvent(
            eventTime: 0, eventSource: text, eventName: text, awsRegion: text,
            principal: AuditPrincipal(type: text, principalID: text, arn: text, accountID: text, userName: text), sourceIPAddress: text,
            userAgent: text, errorCode: text, errorMessage: text,
            requestParameters: [(text, .array([.string(text), .object([(text, .string(text))])]))], requestID: text, eventID: text,
            eventType: text, resources: [text])
        event.recipientAccountID = text
        let bytes = try EventEncoder.encode(event)
        #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
        let members = try object(event)
        for name in [
            "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent", "errorCode", "errorMessage", "requestID",
            "eventID", "eventType", "recipientAccountId",
        ] {
            #expect(members[name] as? String == text)
        }
        let parameters = try #require(members["requestParameters"] as? [String: [Any]])
        #expect(parameters[text]?.first as? String == text)
        #expect((parameters[text]?.last as? [String: String])?[text] == text)
        #expect((members["userIdentity"] as? [String: String])?.values.allSatisfy { $0 == text } == true)
        let resource = try #require((members["resources"] as? [[String: String]])?.first)
        #expect(resource["ARN"] == text && resource["accountId"] == text)
    }

    @Test("C1 controls and DEL are escaped, their neighbours are not")
    func controls() {
        var writer = JSONWriter(capacity: 0)
        writer.append(string: "\u{7E}\u{7F}\u{80}\u{9F}\u{A0}\u{1F}\u{20}")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\"\u{7E}\\u007f\\u0080\\u009f\u{A0}\\u001f \"")
    }

    @Test("the smallest and the largest integer are written", arguments: [Int64.min, -1, 0, 9, 10, Int64.max])
    func integers(value: Int64) {
        var writer = JSONWriter(capacity: 0)
        writer.append(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\(value)")
    }

    @Test("a long message is cut to 1 KiB between characters", arguments: ["x", "é", "€", "😀", "e\u{301}", "👨‍👩‍👧"])
    func longMessage(character: Character) throws {
        var event = Samples.event(1)
        event.errorMessage = String(repeating: character, count: 2000)
        event.userAgent = String(repeating: character, count: 2000)
        event.requestID = String(repeating: character, count: 2000)
        let expected = String(repeating: character, count: 1024 / character.utf8.count)
        let members = try object(event)
        #expect(members["errorMessage"] as? String == expected)
        #expect(members["userAgent"] as? String == expected)
        #expect(members["requestID"] as? String == expected)
    }

    @Test("a message of exactly 1 KiB is whole")
    func exactMessage() throws {
        var event = Samples.event(1)
        event.errorMessage = String(repeating: "m", count: 1024)
        #expect(try object(event)["errorMessage"] as? String == event.errorMessage)
    }

    @Test(
        "an object over its limit is replaced, one at its limit is whole",
        arguments: [("requestParameters", 102_400), ("responseElements", 102_400), ("additionalEventData", 28_672)])
    func objectLimit(member: String, limit: Int) throws {
        for (excess, isWhole) in [(0, true), (1, false), (500_000, false)] {
            let filler = String(repeating: "f", count: limit - "{\"k\":\"\"}".utf8.count + excess)
            var event = Samples.event(1)
            let content: [(String, AuditValue)] = [("k", .string(filler))]
            switch member {
            case "requestParameters": event.requestParameters = content
            case "responseElements": event.responseElements = content
            default: event.additionalEventData = content
            }
            let written = try #require(try object(event)[member] as? [String: String])
            #expect(written == (isWhole ? ["k": filler] : ["omitted": "more than \(limit) bytes"]))
        }
    }

    @Test("values nested without end are cut, not followed")
    func nesting() throws {
        var value = AuditValue.null
        for _ in 0..<1000 { value = .array([value]) }
        var event = Samples.event(1)
        event.requestParameters = [("deep", value)]
        #expect(String(decoding: try EventEncoder.encode(event), as: UTF8.self).contains("{\"omitted\":\"nested too deeply\"}"))
        _ = try object(event)
    }

    @Test("an event that fits no line is refused with its size")
    func tooLarge() {
        var event = Samples.event(1)
        event.eventName = String(repeating: "n", count: EventLine.byteLimit)
        #expect { try EventEncoder.encode(event) } throws: { ($0 as? AuditTrailError)?.code == .tooLarge }
    }

    @Test("values are equal when their content and order are")
    func equality() {
        let object = AuditValue.object([("a", .array([.integer(1), .null])), ("b", .string("x"))])
        #expect(object == .object([("a", .array([.integer(1), .null])), ("b", .string("x"))]))
        #expect(object != .object([("b", .string("x")), ("a", .array([.integer(1), .null]))]))
        #expect(AuditValue.integer(1) != .string("1"))
        #expect(AuditValue.boolean(true) != .boolean(false))
    }
}
