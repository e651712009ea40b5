/// A JSON value in the free part of an event: `requestParameters`, `responseElements`, `additionalEventData`.
///
/// Objects keep the order in which their members were given, so that an event has exactly one encoding.
public enum AuditValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case object([(String, AuditValue)])
    case array([AuditValue])
    case null

    public static func == (left: AuditValue, right: AuditValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.object(let left), .object(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
        case (.array(let left), .array(let right)): left == right
        case (.null, .null): true
        case (.string, _), (.integer, _), (.boolean, _), (.object, _), (.array, _), (.null, _): false
        }
    }
}
