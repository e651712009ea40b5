import KeyStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Encryption contexts as they are written on a command line.
enum ContextArgument {
    /// AWS's forms: `name=value,name=value` or a JSON object of strings. Several arguments add up.
    static func parse(_ arguments: [String], option: String) throws -> EncryptionContext {
        try EncryptionContext(pairs(arguments, option: option))
    }

    /// As `parse`: names and values, of which no name is given twice.
    static func pairs(_ arguments: [String], option: String) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for argument in arguments {
            if argument.first == "{" {
                for (name, value) in try parseJSON(argument, option: option) { try add(name, value, to: &pairs, option: option) }
            } else {
                for pair in argument.split(separator: ",", omittingEmptySubsequences: false) {
                    let (name, value) = try splitPair(pair, option: option)
                    try add(name, value, to: &pairs, option: option)
                }
            }
        }
        return pairs
    }

    /// One `name=value` for each argument; the value may hold commas.
    static func parsePairs(_ arguments: [String], option: String) throws -> EncryptionContext {
        var pairs: [String: String] = [:]
        for argument in arguments {
            let (name, value) = try splitPair(argument[...], option: option)
            try add(name, value, to: &pairs, option: option)
        }
        return try EncryptionContext(pairs)
    }

    static func splitPair(_ text: Substring, option: String) throws -> (name: String, value: String) {
        guard let separator = text.firstIndex(of: "="), separator != text.startIndex else {
            throw CommandError(.usage, "\(option): \"\(text.prefix(80))\" is not of the form name=value")
        }
        return (String(text[..<separator]), String(text[text.index(after: separator)...]))
    }

    private static func add(_ name: String, _ value: String, to pairs: inout [String: String], option: String) throws {
        // Also names that differ in bytes but look the same (Unicode canonical equivalence) are one name to Swift, and refused.
        guard pairs.updateValue(value, forKey: name) == nil else {
            throw CommandError(.usage, "\(option): the name \"\(name.prefix(80))\" is given twice")
        }
    }

    private static func parseJSON(_ text: String, option: String) throws -> [String: String] {
        let pairs: [String: String]
        do {
            pairs = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        } catch {
            throw CommandError(.usage, "\(option): not a JSON object of strings")
        }
        // JSONDecoder keeps one of several members of one name. Each pair is two string literals.
        guard stringLiteralCount(text) == pairs.count * 2 else { throw CommandError(.usage, "\(option): a name is given twice") }
        return pairs
    }

    /// Of text that is known to be JSON.
    private static func stringLiteralCount(_ json: String) -> Int {
        var quotes = 0
        var isEscaped = false
        for character in json.utf8 {
            if isEscaped {
                isEscaped = false
            } else if character == UInt8(ascii: "\\") {
                isEscaped = true
            } else if character == UInt8(ascii: "\"") {
                quotes += 1
            }
        }
        return quotes / 2
    }
}
