#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A public value as JSON, UTF-8, indented, members sorted, ending in a line feed.
struct JSONText {
    enum MemberNames {
        /// `keyId` becomes `KeyId`, as in AWS's responses.
        case aws
        case asWritten
    }

    let bytes: [UInt8]

    init(_ value: some Encodable, naming: MemberNames = .aws) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
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
