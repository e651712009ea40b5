import ArgumentParser
import ObjectStore
import SystemPackage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A JSON document as `aws s3api` takes it: in the argument itself, from `file://FILE` or FILE, or from stdin (`-`).
struct JSONArgument: ExpressibleByArgument, Equatable, Sendable {
    /// Of a batch of a thousand keys of 1024 bytes each that are all escapes, there is room.
    private static let maximumByteCount = 16 << 20

    private let text: String

    static func help(_ what: String) -> ArgumentHelp {
        ArgumentHelp("\(what): JSON, or a file that holds it, or - for stdin.", valueName: "json")
    }

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    func read(in context: CommandContext, option: String) throws -> JSONDocument {
        guard !text.hasPrefix("{"), !text.hasPrefix("[") else { return try JSONDocument(Array(text.utf8), name: option) }
        guard let input = ByteInput(argument: text.dropping(prefix: "file://") ?? text) else {
            throw CommandError(.usage, "\(option): names no file")
        }
        let bytes = try input.read(upTo: Self.maximumByteCount, in: context, option: option)
        guard bytes.count <= Self.maximumByteCount else {
            throw CommandError(.malformedInput, "\(option): longer than \(Self.maximumByteCount) bytes")
        }
        return try JSONDocument(bytes, name: option)
    }
}

/// JSON of which every member is asked for by name, so that none is passed over.
struct JSONDocument {
    let value: JSONValue
    let name: String

    init(_ bytes: [UInt8], name: String) throws {
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw CommandError(.malformedInput, "\(name): is not JSON")
        }
        self.name = name
    }

    /// The members of the whole document.
    func members() throws -> JSONMembers { try JSONMembers(value, path: name) }
}

/// The members of an object, taken out one by one. What is left in the end is not known here, and refused.
struct JSONMembers {
    private var members: [String: JSONValue]
    private let path: String

    init(_ value: JSONValue, path: String) throws {
        guard case .object(let members) = value else { throw CommandError(.malformedInput, "\(path): is not an object") }
        self.members = members
        self.path = path
    }

    var isEmpty: Bool { members.isEmpty }

    mutating func string(_ name: String) throws -> String? {
        switch members.removeValue(forKey: name) {
        case nil: nil
        case .string(let text): text
        default: throw wrong(name, "a string")
        }
    }

    mutating func integer(_ name: String) throws -> Int? {
        switch members.removeValue(forKey: name) {
        case nil: nil
        case .integer(let number): Int(number)
        default: throw wrong(name, "an integer")
        }
    }

    mutating func bool(_ name: String) throws -> Bool? {
        switch members.removeValue(forKey: name) {
        case nil: nil
        case .bool(let bool): bool
        default: throw wrong(name, "true or false")
        }
    }

    mutating func object(_ name: String) throws -> JSONMembers? {
        try members.removeValue(forKey: name).map { try JSONMembers($0, path: "\(path).\(name)") }
    }

    mutating func array(_ name: String) throws -> [JSONMembers]? {
        switch members.removeValue(forKey: name) {
        case nil: nil
        case .array(let values):
            try values.enumerated().map { index, value in try JSONMembers(value, path: "\(path).\(name)[\(index)]") }
        default: throw wrong(name, "a list")
        }
    }

    func required<Value>(_ value: Value?, _ name: String) throws -> Value {
        guard let value else { throw CommandError(.malformedInput, "\(path): has no \(name)") }
        return value
    }

    /// - Throws: `NotImplemented` with the name of a member that nobody took.
    func requireEnd() throws(ObjectStoreError) {
        guard let name = members.keys.min() else { return }
        throw UnsupportedS3Name.error(name)
    }

    private func wrong(_ name: String, _ kind: String) -> CommandError { CommandError(.malformedInput, "\(path).\(name): is not \(kind)") }
}
