/// What a fetch may do. URLs come out of certificates that anybody may have made.
public struct FetchPolicy: Sendable, Hashable {
    public static let maximumRedirectCount = 3
    /// All headers of one answer together.
    static let maximumHeaderByteCount = 1 << 16

    /// Whether addresses inside of this machine or of private networks may be asked. Only if the endpoint that showed the certificate is
    /// one itself: else a certificate could make this program ask services that its author cannot reach.
    ///
    /// With a proxy, names are resolved there: what they stand for is the proxy's to judge, and only addresses in URLs are refused here.
    public var allowsPrivateAddresses = false
    /// Never from the environment.
    public var proxy: HTTPProxy?
    /// Milliseconds for one connection.
    public var connectTimeout = 5_000
    /// Milliseconds for all of one fetch, redirects included.
    public var totalTimeout = 20_000

    public init() {}
}
