/// Why a document of scans cannot be read or written.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case malformed
        /// More than a document may have.
        case tooLarge
        /// Written by a newer version of this program.
        case newerFormat
        case libraryFailure
    }

    public let code: Code
    /// One sentence in lower case, without a full stop.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
