/// Gets what certificates point at: OCSP answers, revocation lists, certificates of issuers.
public protocol Fetcher: Sendable {
    /// - Returns: the body of an answer with the status 200, never longer than the request allows.
    func fetch(_ request: FetchRequest) async throws(FetchFailure) -> [UInt8]
}

/// What is to be fetched, and how much of it is taken.
public struct FetchRequest: Sendable, Hashable {
    public enum Method: Sendable, Hashable {
        case get
        case post(body: [UInt8], contentType: String)
    }

    /// No URL of an honest certificate is longer.
    public static let maximumURLByteCount = 2_048

    public var url: String
    public var method: Method
    /// The media type that is asked for.
    public var accept: String
    /// A longer answer is refused as soon as it shows.
    public var maximumByteCount: Int

    public init(_ url: String, method: Method = .get, accept: String = "*/*", maximumByteCount: Int) {
        self.url = url
        self.method = method
        self.accept = accept
        self.maximumByteCount = maximumByteCount
    }
}
