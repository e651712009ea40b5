#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The one place that turns values into JSON text and back.
enum ReportJSON {
    /// UTF-8, members sorted by name, ending in a line feed.
    /// - Parameter isOneLine: for JSON Lines; else indented for people.
    static func encode(_ value: some Encodable, isOneLine: Bool = false) throws(ReportError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if !isOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw ReportError(.malformed, "a scan cannot be written as JSON: \(sentence(error))")
        }
    }

    /// - Parameter limit: the most bytes that are read.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], upTo limit: Int) throws(ReportError) -> Value {
        guard bytes.count <= limit else { throw ReportError(.tooLarge, "the document is longer than \(limit) bytes") }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw ReportError(.malformed, "the document is not what a scan writes: \(sentence(error))")
        }
    }

    /// Where and why, without the dump that Foundation gives.
    private static func sentence(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "\(place(context.codingPath)) has no member \"\(key.stringValue)\""
        case DecodingError.typeMismatch(_, let context): "\(place(context.codingPath)) is of another type"
        case DecodingError.valueNotFound(_, let context): "\(place(context.codingPath)) is null"
        case DecodingError.dataCorrupted(let context): "\(place(context.codingPath)): \(lowercased(context.debugDescription))"
        default: "\(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "it" }
        return path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }

    private static func lowercased(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
