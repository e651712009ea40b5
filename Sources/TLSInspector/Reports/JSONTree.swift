/// Any JSON: to look at values without knowing their types, and to write forms that no type of ours has.
enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// An object of those members that have a value.
    static func object(present members: [String: JSONTree?]) -> JSONTree { .object(members.compactMapValues(\.self)) }

    static func strings(_ values: some Sequence<String>) -> JSONTree { .array(values.map(JSONTree.string)) }

    /// What a value is in JSON.
    init(_ value: some Encodable) throws(ReportError) {
        let bytes = try ReportJSON.encode(value, isOneLine: true)
        self = try ReportJSON.decode(JSONTree.self, bytes, upTo: bytes.count)
    }
}

extension JSONTree: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([JSONTree].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let integer): try container.encode(integer)
        case .string(let string): try container.encode(string)
        case .array(let array): try container.encode(array)
        case .object(let members): try container.encode(members)
        }
    }
}
