internal import CCurlShims

/// One request to one URL over libcurl. Used by one thread, once.
@safe
final class CurlTransfer {
    enum Outcome {
        case body([UInt8])
        /// An absolute URL that was not judged yet.
        case redirection(String)
    }

    let policy: FetchPolicy
    let request: FetchRequest
    let stop: StopFlag
    let handle: UnsafeMutableRawPointer
    // libcurl reads these lists where they lie.
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var proxyHeaders: UnsafeMutablePointer<curl_slist>?

    // What the callbacks note.
    private var body: [UInt8] = []
    private var headerByteCount = 0
    private var objection: FetchFailure?

    init(policy: FetchPolicy, request: FetchRequest, stop: StopFlag) throws(FetchFailure) {
        guard let handle = unsafe coffer_curl_easy_init() else { throw FetchFailure(.internalFailure, "libcurl has no memory") }
        unsafe self.handle = unsafe handle
        self.policy = policy
        self.request = request
        self.stop = stop
    }

    deinit {
        unsafe coffer_curl_easy_cleanup(handle)
        unsafe coffer_curl_slist_free_all(headers)
        unsafe coffer_curl_slist_free_all(proxyHeaders)
    }

    func run(_ url: FetchURL, until deadline: ContinuousClock.Instant) throws(FetchFailure) -> Outcome {
        let left = (deadline - .now) / .milliseconds(1)
        guard left >= 1 else { throw FetchFailure(.timedOut, "the answer did not come in time") }
        if !policy.allowsPrivateAddresses, url.isPrivateLiteral { throw Self.privateAddress }
        try configure(url, milliseconds: Int(left))
        try configureCallbacks()
        let result = unsafe coffer_curl_easy_perform(handle)
        // One of several addresses may have been refused and another one have answered.
        if result != CURLE_OK, let objection { throw objection }
        try check(result)
        return try outcome()
    }

    /// What the callbacks see of the body. False stops the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= request.maximumByteCount else {
            objection = Self.tooLarge
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// The same for headers.
    func receiveHeader(byteCount: Int) -> Bool {
        headerByteCount += byteCount
        guard headerByteCount <= FetchPolicy.maximumHeaderByteCount else {
            objection = FetchFailure(.tooLarge, "the headers of the answer are longer than is read")
            return false
        }
        return true
    }

    /// Whether a connection to an address may be made. With a proxy, it is the proxy's, which the user chose.
    func allows(_ address: [UInt8]) -> Bool {
        if policy.allowsPrivateAddresses || policy.proxy != nil || AddressScope.isGlobal(address) { return true }
        objection = Self.privateAddress
        return false
    }

    func use(headers lines: [String], forProxy proxyLines: [String]) throws(FetchFailure) {
        for line in lines { unsafe headers = unsafe try Self.appended(line, to: headers) }
        for line in proxyLines { unsafe proxyHeaders = unsafe try Self.appended(line, to: proxyHeaders) }
        try unsafe check(coffer_curl_set_headers(handle, CURLOPT_HTTPHEADER, headers))
        try unsafe check(coffer_curl_set_headers(handle, CURLOPT_PROXYHEADER, proxyHeaders))
    }

    private static func appended(
        _ line: String, to list: UnsafeMutablePointer<curl_slist>?
    ) throws(FetchFailure) -> UnsafeMutablePointer<curl_slist> {
        guard let longer = unsafe coffer_curl_slist_append(list, line) else {
            throw FetchFailure(.internalFailure, "libcurl has no memory")
        }
        return unsafe longer
    }

    static let tooLarge = FetchFailure(.tooLarge, "the answer is longer than is read")
    static let privateAddress = FetchFailure(.privateAddress, "the host of the URL has an address that is not out in the internet")

    private func outcome() throws(FetchFailure) -> Outcome {
        var code = 0
        try unsafe check(coffer_curl_response_code(handle, &code))
        if (300..<400).contains(code) {
            var location: UnsafePointer<CChar>?
            try unsafe check(coffer_curl_redirect_url(handle, &location))
            if let location = unsafe location { return .redirection(unsafe String(cString: location)) }
        }
        guard code == 200 else { throw FetchFailure(.status, "the server answered with the HTTP status \(code)") }
        return .body(body)
    }
}
