/// A range of bytes that a request asks for (RFC 9110 §14.1.2), before the length of the object is known.
public enum ByteRange: Sendable, Hashable {
    /// `bytes=0-499`; both ends belong to it.
    case bounded(first: UInt64, last: UInt64)
    /// `bytes=500-`
    case from(UInt64)
    /// `bytes=-500`: the last 500.
    case suffix(UInt64)

    public static let maximumTextByteCount = 256

    /// Reads a `Range` header.
    ///
    /// - Returns: nil for what a server has to ignore (RFC 9110 §14.2): another unit, a range that ends before it begins, text
    ///   that is no range. S3 then answers with the whole object, and so does this store.
    /// - Throws: `NotImplemented` for several ranges at once, which S3 does not serve either.
    public static func parse(_ header: String) throws(ObjectStoreError) -> ByteRange? {
        guard header.utf8.count <= maximumTextByteCount, header.lowercased().hasPrefix("bytes=") else { return nil }
        let specification = header.dropFirst("bytes=".count).filter { $0 != " " && $0 != "\t" }
        guard !specification.contains(",") else { throw .notImplemented("A request for several ranges") }
        let ends = specification.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        switch (number(ends[0]), number(ends[1])) {
        case (let first?, let last?): return first <= last ? .bounded(first: first, last: last) : nil
        case (let first?, nil): return ends[1].isEmpty ? .from(first) : nil
        case (nil, let count?): return ends[0].isEmpty ? .suffix(count) : nil
        case (nil, nil): return nil
        }
    }

    /// Saturates, so that a number beyond any object means what it says.
    private static func number(_ digits: Substring) -> UInt64? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return UInt64(digits) ?? .max
    }

    /// The bytes that it stands for in an object of `byteCount` bytes; never empty.
    ///
    /// - Throws: `InvalidRange` if no byte of the object is in the range.
    public func resolve(in byteCount: UInt64) throws(ObjectStoreError) -> Range<UInt64> {
        switch self {
        case .bounded(let first, let last) where first < byteCount: return first..<min(last, byteCount - 1) + 1
        case .from(let first) where first < byteCount: return first..<byteCount
        case .suffix(let count) where count > 0 && byteCount > 0: return byteCount - min(count, byteCount)..<byteCount
        case .bounded, .from, .suffix:
            throw ObjectStoreError(
                .invalidRange,
                details: [
                    ObjectStoreError.Detail(name: "RangeRequested", value: text),
                    ObjectStoreError.Detail(name: "ActualObjectSize", value: String(byteCount)),
                ])
        }
    }

    /// As in a `Range` header.
    public var text: String {
        switch self {
        case .bounded(let first, let last): "bytes=\(first)-\(last)"
        case .from(let first): "bytes=\(first)-"
        case .suffix(let count): "bytes=-\(count)"
        }
    }
}
