internal import CCurlShims

extension CurlTransfer {
    /// Everything that does not depend on callbacks.
    func configure(_ url: FetchURL, milliseconds: Int) throws(FetchFailure) {
        try set(CURLOPT_URL, text: url.text)
        // Redirections are followed by the caller, who judges each.
        try set(CURLOPT_FOLLOWLOCATION, number: 0)
        try set(CURLOPT_PROTOCOLS_STR, text: "http,https")
        try set(CURLOPT_NOSIGNAL, number: 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, number: min(policy.connectTimeout, milliseconds))
        try set(CURLOPT_TIMEOUT_MS, number: milliseconds)
        try set(CURLOPT_NETRC, number: 0)
        try set(CURLOPT_HTTP09_ALLOWED, number: 0)
        try set(CURLOPT_SSL_VERIFYPEER, number: 1)
        try set(CURLOPT_SSL_VERIFYHOST, number: 2)
        try set(CURLOPT_FRESH_CONNECT, number: 1)
        try set(CURLOPT_FORBID_REUSE, number: 1)
        try set(CURLOPT_MAXFILESIZE_LARGE, offset: Int64(request.maximumByteCount))
        try set(CURLOPT_USERAGENT, text: "coffer")
        // Empty: none, whatever the environment says.
        try set(CURLOPT_PROXY, text: policy.proxy.map { "http://\(Self.bracketed($0.host)):\($0.port)" } ?? "")
        try set(CURLOPT_NOPROXY, text: "")
        var lines = ["Accept: \(request.accept)", "Expect:"]
        if case .post(let body, let contentType) = request.method {
            try set(body: body)
            lines.append("Content-Type: \(contentType)")
        }
        try use(headers: lines, forProxy: try proxyLines())
    }

    private func proxyLines() throws(FetchFailure) -> [String] {
        guard let authorization = policy.proxy?.authorization else { return [] }
        guard authorization.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw FetchFailure(.internalFailure, "the authorization for the proxy holds control characters")
        }
        return ["Proxy-Authorization: \(authorization)"]
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private func set(body: [UInt8]) throws(FetchFailure) {
        try set(CURLOPT_POST, number: 1)
        try set(CURLOPT_POSTFIELDSIZE_LARGE, offset: Int64(body.count))
        // libcurl copies as many bytes as the size, set before, says.
        let result = unsafe body.withUnsafeBytes { buffer in
            unsafe coffer_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: buffer.baseAddress))
        }
        try check(result)
    }

    private func set(_ option: CURLoption, number: Int) throws(FetchFailure) {
        try unsafe check(coffer_curl_set_number(handle, option, number))
    }

    private func set(_ option: CURLoption, offset: Int64) throws(FetchFailure) {
        try unsafe check(coffer_curl_set_offset(handle, option, curl_off_t(offset)))
    }

    private func set(_ option: CURLoption, text: String) throws(FetchFailure) {
        try unsafe check(coffer_curl_set_text(handle, option, text))
    }

    func check(_ result: CURLcode) throws(FetchFailure) {
        guard result == CURLE_OK else { throw Self.failure(result) }
    }

    private static func failure(_ result: CURLcode) -> FetchFailure {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: FetchFailure(.timedOut, "the answer did not come in time")
        case CURLE_COULDNT_RESOLVE_HOST: FetchFailure(.unresolved, "the host of the URL has no address")
        case CURLE_COULDNT_RESOLVE_PROXY: FetchFailure(.unresolved, "the proxy has no address")
        case CURLE_COULDNT_CONNECT: FetchFailure(.unreachable, "no connection to the host of the URL can be made")
        case CURLE_FILESIZE_EXCEEDED: tooLarge
        case CURLE_ABORTED_BY_CALLBACK: FetchFailure(.cancelled, "the fetch was cancelled")
        case CURLE_PEER_FAILED_VERIFICATION: FetchFailure(.insecure, "the certificate of the server is not trusted")
        case CURLE_SSL_CONNECT_ERROR: FetchFailure(.insecure, "TLS with the server failed")
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
            FetchFailure(.internalFailure, "libcurl failed: \(unsafe String(cString: coffer_curl_easy_strerror(result)))")
        default:
            FetchFailure(.brokenAnswer, "the answer broke off or is not HTTP: \(unsafe String(cString: coffer_curl_easy_strerror(result)))")
        }
    }
}
