/// Why a text names no endpoint to scan.
public struct TargetError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case malformed
        /// Something that could be meant, and is not done.
        case unsupported
        case tooLong
        case tooMany
    }

    public let code: Code
    /// Counted from 1. Nil for a target that stands alone.
    public let line: Int?
    /// One sentence in lower case, without a full stop and without the line.
    public let message: String

    public init(_ code: Code, _ message: String, line: Int? = nil) {
        self.code = code
        self.message = message
        self.line = line
    }

    func at(line: Int) -> TargetError { TargetError(code, message, line: line) }

    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
