internal import CCurlShims

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A URL that libcurl has read, so that what is checked here and what is fetched there are the same.
struct FetchURL: Sendable, Hashable {
    /// In libcurl's own spelling.
    let text: String
    /// Without brackets.
    let host: String

    init(_ text: String) throws(FetchFailure) {
        guard text.utf8.count <= FetchRequest.maximumURLByteCount else {
            throw FetchFailure(.invalidURL, "the URL has more than \(FetchRequest.maximumURLByteCount) bytes")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw FetchFailure(.invalidURL, "the URL holds white space or characters outside ASCII")
        }
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard text.contains("://") else { throw FetchFailure(.invalidURL, "the text is not an absolute URL") }
        guard scheme == "http" || scheme == "https" else {
            throw FetchFailure(.unsupportedScheme, "only http and https are fetched, and the URL has the scheme \"\(scheme)\"")
        }
        try CurlLibrary.start()
        guard let handle = unsafe coffer_curl_url() else { throw FetchFailure(.internalFailure, "libcurl has no memory") }
        defer { unsafe coffer_curl_url_cleanup(handle) }
        guard unsafe coffer_curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else {
            throw FetchFailure(.invalidURL, "the text is not a URL")
        }
        for part in [CURLUPART_USER, CURLUPART_PASSWORD] where unsafe Self.part(part, of: handle) != nil {
            throw FetchFailure(.invalidURL, "the URL holds a user name or a password")
        }
        // What stands behind # is not sent.
        _ = unsafe coffer_curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
        guard let whole = unsafe Self.part(CURLUPART_URL, of: handle), let host = unsafe Self.part(CURLUPART_HOST, of: handle) else {
            throw FetchFailure(.invalidURL, "the URL names no host")
        }
        self.text = whole
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    }

    /// Whether it names this machine or an address that is not out in the internet, by itself and without any look-up.
    var isPrivateLiteral: Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        var address = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET6, host, &address) == 1 { return !AddressScope.isGlobal(address) }
        // libcurl has written numbers of every other form (127.1, 0x7F000001) as four of them.
        if unsafe inet_pton(AF_INET, host, &address) == 1 { return !AddressScope.isGlobal(Array(address.prefix(4))) }
        return false
    }

    private static func part(_ part: CURLUPart, of handle: OpaquePointer) -> String? {
        var found: UnsafeMutablePointer<CChar>?
        guard unsafe coffer_curl_url_get(handle, part, &found, 0) == CURLUE_OK, let found = unsafe found else { return nil }
        defer { unsafe coffer_curl_free(found) }
        return unsafe String(cString: found)
    }
}
