#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension EntryTime {
    /// RFC 3339 in UTC, with as many digits as there are: `2026-11-28T14:00:00.123456789Z`. A year that RFC 3339 does not have is given as the seconds since 1970.
    public var rfc3339: String {
        var time = time_t(seconds)
        var parts = unsafe tm()
        var text = [CChar](repeating: 0, count: 32)
        let years: ClosedRange<Int32> = -900...8099  // From 1900: the years 1000 to 9999.
        guard unsafe gmtime_r(&time, &parts) != nil, unsafe years.contains(parts.tm_year),
            unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts) > 0
        else { return "\(seconds)\(fraction) s" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "\(fraction)Z"
    }

    private var fraction: String {
        guard nanoseconds > 0 else { return "" }
        var digits = "\(nanoseconds)"
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }
}
