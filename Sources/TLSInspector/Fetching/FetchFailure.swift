/// Why something could not be fetched.
public struct FetchFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable, CaseIterable {
        /// Not a URL, or one with a user name in it, or longer than is read.
        case invalidURL
        /// Neither http nor https.
        case unsupportedScheme
        /// The name stands for an address inside of this machine or its networks.
        case privateAddress
        case unresolved
        case unreachable
        case timedOut
        case insecure
        /// An answer other than 200.
        case status
        case tooLarge
        case tooManyRedirects
        /// What came is not HTTP, or broke off.
        case brokenAnswer
        case cancelled
        case internalFailure
    }

    public let code: Code
    /// One short clause; stable for an unchanged server.
    public let detail: String

    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public var description: String { detail }
}
