/// `fetch.txt`: where payload files are that did not come with the bag (RFC 8493 §2.2.3). It is read and checked; nothing is ever fetched.
public struct BagFetch: Sendable {
    public struct Entry: Sendable, Hashable {
        public let url: String
        /// nil where the list does not say.
        public let byteCount: UInt64?
        public let path: EntryPath
        public let line: Int
    }

    static let fileName = "fetch.txt"

    public private(set) var entries: [Entry] = []
    public private(set) var problems: [BagLineProblem] = []

    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - limit: the most entries that are read; more are reported.
    public init(parsing bytes: [UInt8], version: BagVersion, atMost limit: Int = BagLimits.maximumListEntryCount) {
        var problems = BagLineProblems()
        for line in BagLines(bytes) {
            guard !line.isBlank, !problems.isFull else { continue }
            guard entries.count < limit else {
                problems.add(.tooLarge, line.number, "the lists have too many entries; what follows the \(limit) before was not read")
                break
            }
            do throws(BagPath.Refusal) {
                entries.append(try Self.entry(line, version))
            } catch {
                switch error {
                case .unsafe(let reason): problems.add(.unsafePath, line.number, reason)
                case .malformed(let reason): problems.add(.malformedLine, line.number, reason)
                }
            }
        }
        self.problems = problems.all
    }

    private static func entry(_ line: BagLines.Line, _ version: BagVersion) throws(BagPath.Refusal) -> Entry {
        guard !line.isTooLong else { throw .malformed("the line is longer than \(BagLimits.maximumLineByteCount) bytes") }
        let url = line.text.prefix { !BagLines.isBlank($0) }
        let afterURL = line.text[url.endIndex...].drop(while: BagLines.isBlank)
        let length = afterURL.prefix { !BagLines.isBlank($0) }
        let name = afterURL[length.endIndex...].drop(while: BagLines.isBlank)
        guard !name.isEmpty else { throw .malformed("the line is not `URL LENGTH PATH`") }
        guard isAbsolute(url) else { throw .malformed("the line does not begin with an absolute URL") }
        let byteCount = UInt64(String(decoding: length, as: UTF8.self))
        guard length.elementsEqual([UInt8(ascii: "-")]) || byteCount != nil && length.first != UInt8(ascii: "+") else {
            throw .malformed("the length is neither a number nor -")
        }
        let path = try BagPath.read(name, version).path
        return Entry(url: String(decoding: url, as: UTF8.self), byteCount: byteCount, path: path, line: line.number)
    }

    /// A scheme and what it is about; everywhere but in `file:` a host.
    private static func isAbsolute(_ url: ArraySlice<UInt8>) -> Bool {
        guard url.allSatisfy({ (0x21...0x7E).contains($0) }), let colon = url.firstIndex(of: UInt8(ascii: ":")), let first = url.first
        else { return false }
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
        let scheme = url[..<colon]
        guard isLetter(first), scheme.allSatisfy({ isLetter($0) || (48...57).contains($0) || "+.-".utf8.contains($0) }) else {
            return false
        }
        let rest = url[(colon + 1)...]
        if String(decoding: scheme, as: UTF8.self).lowercased() == "file" { return !rest.isEmpty }
        return rest.starts(with: "//".utf8) && rest.count > 2 && rest[rest.index(rest.startIndex, offsetBy: 2)] != EntryPath.slash
    }
}
