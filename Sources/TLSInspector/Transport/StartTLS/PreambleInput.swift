/// What a server says before TLS, within bounds.
struct PreambleInput: Sendable {
    /// No greeting and no list of capabilities is nearly as long.
    static let maximumByteCount = 64 * 1024
    static let maximumLineByteCount = 8 * 1024

    private var bytes: [UInt8] = []
    private var start = 0
    private var totalByteCount = 0
    /// How far `bytes` is known to hold no line's end.
    private var searched = 0

    var pending: ArraySlice<UInt8> { bytes[start...] }
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: [UInt8]) throws(PreambleFailure) {
        totalByteCount += more.count
        guard totalByteCount <= Self.maximumByteCount else {
            throw PreambleFailure("the server said more than \(Self.maximumByteCount) bytes before TLS")
        }
        bytes += more
    }

    /// The next whole line, without its end (CR LF, or LF alone, as some servers write).
    mutating func line() throws(PreambleFailure) -> [UInt8]? {
        guard let end = bytes[max(start, searched)...].firstIndex(of: 10) else {
            searched = bytes.count
            guard pending.count <= Self.maximumLineByteCount else { throw Self.longLine }
            return nil
        }
        guard end - start <= Self.maximumLineByteCount else { throw Self.longLine }
        var line = Array(bytes[start..<end])
        if line.last == 13 { line.removeLast() }
        start = end + 1
        return line
    }

    /// So many bytes, if they have come.
    mutating func take(_ count: Int) -> [UInt8]? {
        guard count >= 0, pending.count >= count else { return nil }
        defer { start += count }
        return Array(pending.prefix(count))
    }

    /// Passes over up to so many bytes.
    /// - Returns: how many have still to come.
    mutating func skip(_ count: Int) -> Int {
        let skipped = min(count, pending.count)
        start += skipped
        return count - skipped
    }

    private static let longLine = PreambleFailure("the server sent a line of more than \(maximumLineByteCount) bytes before TLS")
}

extension [UInt8] {
    /// The first word in capitals, as commands and capabilities are compared.
    var firstWord: String { words.first ?? "" }

    /// Words between spaces, in capitals.
    var words: [String] {
        split(separator: 32).map { String(decoding: $0, as: UTF8.self).uppercased() }
    }

    /// Whether it begins so, in capitals or not.
    func begins(with text: String) -> Bool {
        count >= text.utf8.count && zip(self, text.utf8).allSatisfy { Self.upper($0) == Self.upper($1) }
    }

    private static func upper(_ byte: UInt8) -> UInt8 { byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte }
}
