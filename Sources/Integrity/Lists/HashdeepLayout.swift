/// What the lines of a list of hashdeep (HASHDEEP-1.0) hold: a size, hashes, and a name, separated by commas, of which the name may have more.
///
/// hashdeep writes a name with a line feed as it is, over two lines. The rest of such a name is a line that cannot be read, unless somebody
/// chose it to look like another entry.
struct HashdeepLayout: Sendable {
    static let version = "HASHDEEP-1.0"
    static let headerStart = Array("%%%% ".utf8)
    /// What hashdeep itself can write.
    static let functions: [ChecksumFunction] = [.md5, .sha1, .sha256]
    /// More than hashdeep has.
    private static let maximumColumnCount = 16
    private static let comma = UInt8(ascii: ",")

    /// Of the hashes; nil for a function that is not known here (Tiger, Whirlpool), which is passed over. nil until the header told.
    private var columns: [ChecksumFunction?]?
    /// Whether all lines end in a carriage return, which is then no part of the names.
    private let endsInCarriageReturn: Bool

    static func isHeader(_ line: [UInt8]) -> Bool { line.starts(with: headerStart) }

    init(version line: [UInt8], _ parser: ChecksumListParser) throws(MalformedListLine) {
        endsInCarriageReturn = line.last == ListEscapes.carriageReturn
        guard line.dropFirst(Self.headerStart.count).dropLast(endsInCarriageReturn ? 1 : 0).elementsEqual(Self.version.utf8) else {
            throw parser.malformed("is the header of no list of hashdeep that is known here (\(Self.version))")
        }
    }

    mutating func parse(_ line: [UInt8], _ parser: ChecksumListParser) throws(MalformedListLine) -> ListedFile? {
        var line = line[...]
        if endsInCarriageReturn {
            guard line.last == ListEscapes.carriageReturn else { throw parser.malformed("does not end as the first line does") }
            line.removeLast()
        }
        if line.first == UInt8(ascii: "#") { return nil }
        if line.starts(with: Self.headerStart) {
            columns = try Self.columns(line.dropFirst(Self.headerStart.count), parser)
            return nil
        }
        guard let columns else { throw parser.malformed("comes before the names of its columns") }
        let fields = line.split(separator: Self.comma, maxSplits: columns.count + 1, omittingEmptySubsequences: false)
        guard fields.count == columns.count + 2, let size = UInt64(decimal: fields[0]), let name = fields.last, !name.isEmpty,
            !name.contains(0)
        else {
            throw parser.malformed("is no entry of hashdeep; it may be the rest of a name with a line feed, which hashdeep writes as it is")
        }
        guard !Self.isPiece(name, byteCount: size) else {
            throw parser.malformed("is about a part of a file (hashdeep -p), not about a file")
        }
        return ListedFile(path: Array(name), byteCount: size, checksums: try Self.checksums(fields[1...], columns, parser))
    }

    private static func checksums(
        _ fields: ArraySlice<ArraySlice<UInt8>>, _ columns: [ChecksumFunction?], _ parser: ChecksumListParser
    ) throws(MalformedListLine) -> [ContentChecksum] {
        var checksums: [ContentChecksum] = []
        for (column, digits) in zip(columns, fields) {
            guard let column else { continue }
            guard let hash = [UInt8](hexadecimal: digits), hash.count == column.byteCount else {
                throw parser.malformed("does not have the \(2 * column.byteCount) hexadecimal digits of \(column)")
            }
            if parser.isAllowed(column) { checksums.append(ContentChecksum(column, bytes: hash)) }
        }
        return checksums
    }

    /// `size,md5,sha256,filename`.
    private static func columns(_ header: ArraySlice<UInt8>, _ parser: ChecksumListParser) throws(MalformedListLine) -> [ChecksumFunction?]
    {
        let names = header.split(separator: comma, maxSplits: maximumColumnCount, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard names.count <= maximumColumnCount, names.first == "size", names.last == "filename", names.count >= 3 else {
            throw parser.malformed("does not name the columns of a list of hashdeep")
        }
        let hashes = names[1..<(names.count - 1)]
        guard Set(hashes).count == hashes.count else { throw parser.malformed("names a column twice") }
        let columns = hashes.map { name in functions.first { $0.rawValue == name } }
        guard columns.contains(where: { $0.map(parser.isAllowed) ?? false }) else {
            throw parser.malformed("names no checksum that was asked for or is known here")
        }
        return columns
    }

    /// Whether a name is that of a part of a file: `NAME offset 0-99` of 100 bytes.
    static func isPiece(_ name: some Collection<UInt8>, byteCount: UInt64) -> Bool {
        let text = String(decoding: name.suffix(60), as: UTF8.self)
        guard let match = text.firstMatch(of: /\ offset\ ([0-9]{1,20})-([0-9]{1,20})$/), let first = UInt64(match.1),
            let last = UInt64(match.2), last >= first
        else { return false }
        return last - first == byteCount &- 1
    }
}

extension UInt64 {
    /// Digits alone; nil for anything else.
    init?(decimal digits: some Collection<UInt8>) {
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        self.init(String(decoding: digits, as: UTF8.self))
    }
}
