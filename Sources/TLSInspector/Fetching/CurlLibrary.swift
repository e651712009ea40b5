internal import CCurlShims

/// The system's libcurl, which is loaded when the first URL is read.
enum CurlLibrary {
    private static let isStarted = coffer_curl_start() == CURLE_OK

    /// - Throws: if it is not installed, or does not start. Nothing of libcurl may be called then.
    static func start() throws(FetchFailure) {
        guard isStarted else { throw FetchFailure(.internalFailure, "the system has no libcurl (libcurl.so.4)") }
    }
}
