#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A public value as JSON, UTF-8, members sorted, ending in a line feed.
struct JSONText {
    enum MemberNames {
        /// `keyId` becomes `KeyId`, as in AWS's responses.
        case aws
        case asWritten
    }

    let bytes: [UInt8]

    init(_ value: some Encodable, naming: MemberNames = .aws) throws {
        try self.init(value, naming, .prettyPrinted)
    }

    /// A value as one line, of which there may be many (JSON Lines).
    init(line value: some Encodable) throws { try self.init(value, .aws, []) }

    private init(_ value: some Encodable, _ naming: MemberNames, _ formatting: JSONEncoder.OutputFormatting) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        switch naming {
        case .aws: encoder.keyEncodingStrategy = .custom { path in AWSMemberName(path[path.count - 1].stringValue) }
        case .asWritten: break
        }
        self.bytes = Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}

/// Swift's lowerCamelCase in AWS's UpperCamelCase.
private struct AWSMemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) {
        self.stringValue = name == "awsAccountId" ? "AWSAccountId" : name.prefix(1).uppercased() + name.dropFirst()
    }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
