/// One value of a row, as SQLite's STRICT tables know them.
enum Field: Sendable, Equatable {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case none
}

/// Takes a row apart, column by column. Every method gives nil for a value of another kind or beyond its bounds.
struct FieldReader {
    private let fields: [Field]
    private var index = 0

    init(_ fields: [Field]) { self.fields = fields }

    mutating func integer(in range: ClosedRange<Int64> = .min ... .max) -> Int64? {
        guard case .integer(let value) = next(), range.contains(value) else { return nil }
        return value
    }

    /// The outer nil is a refusal, the inner one a value that is not there.
    mutating func optionalInteger() -> Int64?? {
        switch next() {
        case .integer(let value): .some(value)
        case .some(.none): .some(nil)
        case .text, .bytes, nil: nil
        }
    }

    mutating func text(atMost limit: Int) -> String? {
        guard case .text(let value) = next(), value.utf8.count <= limit else { return nil }
        return value
    }

    mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8]? {
        guard case .bytes(let value) = next(), count.contains(value.count) else { return nil }
        return value
    }

    mutating func boolean() -> Bool? { integer(in: 0...1).map { $0 == 1 } }

    var isAtEnd: Bool { index == fields.count }

    private mutating func next() -> Field? {
        guard index < fields.count else { return nil }
        defer { index += 1 }
        return fields[index]
    }
}
