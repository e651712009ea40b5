import Testing

@testable import Integrity

/// A change that makes of a text one that nothing is written as.
struct TextEdit: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    var code: IntegrityError.Code = .malformed
    var testDescription: String { "\(old.debugDescription) → \(new.debugDescription)" }

    /// Makes the change, and expects that the text is refused then.
    func expectRefusal<Value>(
        of text: [UInt8], sourceLocation: SourceLocation = #_sourceLocation, by parse: ([UInt8]) throws -> Value
    ) throws {
        let text = String(decoding: text, as: UTF8.self)
        let edited = text.replacing(old, with: new, maxReplacements: 1)
        try #require(edited != text, sourceLocation: sourceLocation)
        let error = #expect(throws: IntegrityError.self, sourceLocation: sourceLocation) { try parse(Array(edited.utf8)) }
        #expect(error?.code == code, sourceLocation: sourceLocation)
    }
}
