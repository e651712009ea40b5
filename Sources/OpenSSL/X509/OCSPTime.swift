import COpenSSL

/// Times in ASN.1 (RFC 5280 §4.1.2.5), as seconds.
enum OCSPTime {
    private static let secondsPerDay: Int64 = 86_400

    /// Seconds since 1970 in UTC; nil for none, and for one that is malformed.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time = unsafe time, let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer {
            unsafe ASN1_STRING_free(epoch)
            Operation.discardErrors()
        }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * secondsPerDay + Int64(seconds)
    }
}
