import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

/// The reference and the embedded store, which get the same requests and have to answer the same, but for the names that each gives.
final class Twins {
    enum Side: Int, CaseIterable { case reference, local }

    /// One thing under the two names that the twins gave it.
    struct Pair<Name: Sendable>: Sendable {
        let names: [Name]
        subscript(_ side: Side) -> Name { names[side.rawValue] }

        init(_ reference: Name, _ local: Name) { names = [reference, local] }
        init(both name: Name) { names = [name, name] }
    }

    /// What an operation said, and what it made that later operations may name.
    struct Answer: Sendable {
        var text: String
        var versions: [(key: String, id: VersionID)] = []
        var tags: [ETag] = []
        var uploads: [UploadReference] = []
        var parts: [CompletedPart] = []

        init(_ answer: Any) { text = String(describing: answer) }
    }

    let store: LocalStore
    let local: LocalObjectService
    private let services: [any ObjectService]
    private var renaming: Renaming

    /// What was made in the course of it, whether it is still there or not.
    private(set) var versions: [(key: String, id: Pair<VersionID>)] = []
    private(set) var tags: [Pair<ETag>] = []
    private(set) var uploads: [Pair<UploadReference>] = []
    private(set) var parts: [(upload: Int, part: Pair<CompletedPart>)] = []
    private(set) var operationCount = 0
    private(set) var refusalCount = 0

    init() async throws {
        store = try LocalStore()
        local = try await store.open()
        services = [ReferenceObjectService(clock: store.clock), local]
        renaming = Renaming(keyNames: [ReferenceObjectService.defaultKey, local.defaultKeyARN])
    }

    func subject(_ side: Side) -> Subject { Subject(service: services[side.rawValue], clock: store.clock) }

    /// Does the same to both.
    ///
    /// - Parameter upload: which of `uploads` the parts belong to that it makes.
    func both(
        _ what: String, upload: Int? = nil, _ operation: (any ObjectService, Side) async throws -> Answer
    ) async throws {
        operationCount += 1
        var answers: [Answer] = []
        for side in Side.allCases {
            do {
                answers.append(try await operation(services[side.rawValue], side))
            } catch let error as ObjectStoreError {
                refusalCount += side == .local ? 1 : 0
                answers.append(Answer("refused: \(error.code.rawValue), \(String(describing: error.deleteMarker))"))
            }
        }
        let (reference, local) = (answers[0], answers[1])
        if let difference = renaming.difference(reference.text, local.text) {
            Issue.record("operation \(operationCount), \(what): \(difference)")
            throw Difference()
        }
        versions += zip(reference.versions, local.versions).map { ($0.key, Pair($0.id, $1.id)) }
        tags += zip(reference.tags, local.tags).map { Pair($0, $1) }
        uploads += zip(reference.uploads, local.uploads).map { Pair($0, $1) }
        if let upload { parts += zip(reference.parts, local.parts).map { (upload, Pair($0, $1)) } }
    }

    /// After the first difference the twins go different ways, and more differences say nothing.
    struct Difference: Error {}
}

/// Which of the names of one twin stands for which of the other: names are 32 hexadecimal digits wherever they stand in an answer.
private struct Renaming {
    private let keyNames: [String]
    private var locals: [Substring: Substring] = [:]
    private var references: [Substring: Substring] = [:]

    init(keyNames: [String]) { self.keyNames = keyNames }

    /// - Returns: what differs; nil for the same answers, whose new names are learned.
    mutating func difference(_ reference: String, _ local: String) -> String? {
        let local = local.replacing(keyNames[1], with: keyNames[0])
        let (left, right) = (Self.pieces(reference), Self.pieces(local))
        let isSame =
            left.count == right.count
            && zip(left, right).allSatisfy { left, right in
                guard left.isName, right.isName else { return left.text == right.text }
                return learn(left.text, right.text)
            }
        return isSame ? nil : "the reference said\n  \(reference)\nand the embedded store\n  \(local)"
    }

    private mutating func learn(_ reference: Substring, _ local: Substring) -> Bool {
        let (known, back) = (locals[reference], references[local])
        guard known != nil || back != nil else {
            locals[reference] = local
            references[local] = reference
            return true
        }
        return known == local && back == reference
    }

    private static func pieces(_ text: String) -> [(text: Substring, isName: Bool)] {
        var pieces: [(text: Substring, isName: Bool)] = []
        var rest = text[...]
        while !rest.isEmpty {
            let isDigit = Self.isDigit(rest.utf8.first)
            let end = rest.utf8.firstIndex { Self.isDigit($0) != isDigit } ?? rest.endIndex
            let piece = rest[..<end]
            pieces.append((piece, isDigit && piece.utf8.count == 32))
            rest = rest[end...]
        }
        return pieces
    }

    private static func isDigit(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
