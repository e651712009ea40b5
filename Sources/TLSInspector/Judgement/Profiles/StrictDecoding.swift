/// Any member of a JSON object.
private struct AnyMember: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The members of an object, of which none may be unknown: a rule that is misspelt must not be a rule that is not there.
    func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Set(Key.allCases.map(\.stringValue))
        let unknown = try container(keyedBy: AnyMember.self).allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
        guard let first = unknown.first else { return try container(keyedBy: type) }
        throw DecodingError.dataCorrupted(.init(codingPath: codingPath, debugDescription: "there is no member \"\(first)\" here"))
    }

    /// Why this object cannot be a rule.
    func refusal(_ reason: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: reason))
    }
}
