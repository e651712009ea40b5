/// Builds one page of a listing from keys that come in their order: prefix, delimiter, marker and page size decide what of them is
/// shown. The caller looks keys up, from `lowerBound` on, and offers each until `Step` sends it elsewhere or ends the page.
///
/// A listing shows items, keys and common prefixes alike, in binary order, and a page those of them behind the marker. So a marker
/// inside a common prefix is behind that prefix, which is not shown again.
public struct ListingWalk<Item: Sendable>: Sendable {
    public enum Step: Sendable, Hashable {
        /// Shown; the next one in order.
        case next
        /// The next one at or behind this key: all before it is rolled up into one common prefix, or is not asked for.
        case seek([UInt8])
        /// The page is ready.
        case end
    }

    public private(set) var items: [Item] = []
    public private(set) var commonPrefixes: [[UInt8]] = []
    /// Whether there is more behind this page.
    public private(set) var isTruncated = false
    /// The last item of the page: a key or a common prefix; the marker of the next page.
    public private(set) var last: [UInt8]?
    /// Whether `last` is a common prefix.
    public private(set) var lastIsCommonPrefix = false
    /// The first key that may be shown; nil when there can be none.
    public private(set) var lowerBound: [UInt8]?

    private let prefix: [UInt8]
    private let delimiter: [UInt8]?
    private let limit: Int

    /// - Parameters:
    ///   - marker: The last item of the page before, or any bytes; nil for the first page.
    ///   - includingMarker: Whether the marker's own key is shown again, because not all of its versions were.
    /// - Throws: `InvalidArgument` for a negative page size, and a prefix or delimiter beyond the length of a key.
    public init(_ scope: ListingScope, after marker: [UInt8]? = nil, includingMarker: Bool = false) throws(ObjectStoreError) {
        let maxKeys = scope.maxKeys ?? ListingScope.maximumKeys
        guard maxKeys >= 0 else {
            throw .argument("max-keys", String(maxKeys), "Argument maxKeys must be an integer between 0 and 2147483647")
        }
        guard scope.prefix.count <= ObjectKey.lengths.upperBound else {
            throw .argument("prefix", "", "The prefix is longer than any key.")
        }
        guard (scope.delimiter ?? []).count <= ListingScope.maximumDelimiterByteCount else {
            throw .argument("delimiter", "", "The delimiter is longer than any key.")
        }
        prefix = scope.prefix
        delimiter = scope.delimiter.flatMap { $0.isEmpty ? nil : $0 }
        limit = min(maxKeys, ListingScope.maximumKeys)
        lowerBound = limit == 0 ? nil : Self.lowerBound(prefix, delimiter, marker, includingMarker)
    }

    /// - Parameters:
    ///   - key: At or behind `lowerBound`, and not before the keys offered so far.
    ///   - item: What is shown of it.
    public mutating func offer(_ key: [UInt8], _ item: @autoclosure () -> Item) -> Step {
        guard let bound = lowerBound, key.starts(with: prefix) || key.lexicographicallyPrecedes(bound) else { return end() }
        guard !key.lexicographicallyPrecedes(bound) else { return .seek(bound) }
        let commonPrefix = Self.commonPrefix(of: key, prefix, delimiter)
        guard items.count + commonPrefixes.count < limit else {
            isTruncated = true
            return end()
        }
        guard let commonPrefix else {
            items.append(item())
            (last, lastIsCommonPrefix, lowerBound) = (key, false, key)
            return .next
        }
        commonPrefixes.append(commonPrefix)
        (last, lastIsCommonPrefix, lowerBound) = (commonPrefix, true, Self.end(of: commonPrefix))
        return lowerBound.map(Step.seek) ?? .end
    }

    private mutating func end() -> Step {
        lowerBound = nil
        return .end
    }

    // MARK: Bytes

    private static func lowerBound(
        _ prefix: [UInt8], _ delimiter: [UInt8]?, _ marker: [UInt8]?, _ includingMarker: Bool
    ) -> [UInt8]? {
        guard let marker, !marker.lexicographicallyPrecedes(prefix) else { return prefix }
        if let commonPrefix = commonPrefix(of: marker, prefix, delimiter) { return end(of: commonPrefix) }
        return includingMarker ? marker : marker + [0]
    }

    /// The key up to the first delimiter behind the prefix; nil without one.
    static func commonPrefix(of key: [UInt8], _ prefix: [UInt8], _ delimiter: [UInt8]?) -> [UInt8]? {
        guard let delimiter, key.starts(with: prefix), key.count >= prefix.count + delimiter.count else { return nil }
        for start in prefix.count...key.count - delimiter.count where key[start...].starts(with: delimiter) {
            return Array(key[..<(start + delimiter.count)])
        }
        return nil
    }

    /// The first bytes behind everything that begins with `prefix`; nil if nothing is.
    static func end(of prefix: [UInt8]) -> [UInt8]? {
        var end = prefix
        while let byte = end.popLast() {
            if byte < 0xFF { return end + [byte + 1] }
        }
        return nil
    }
}
