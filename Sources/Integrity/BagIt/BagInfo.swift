/// `bag-info.txt`: what people want to know about a bag (RFC 8493 §2.2.2). Labels may come again, and a value may go on in a line that
/// begins with a blank.
public struct BagInfo: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public let label: String
        public fileprivate(set) var value: String

        /// - Throws: `invalidArgument` for what could not be read again as it was: an empty label, a colon in it, blanks around label or
        ///   value, line ends.
        public init(label: String, value: String) throws(IntegrityError) {
            let isLineEnd = { (byte: UInt8) in byte == BagLines.lineFeed || byte == BagLines.carriageReturn }
            let isTrimmed = { (text: String) in Array(text.utf8)[...] == BagLines.trimmed(Array(text.utf8)[...]) }
            guard !label.isEmpty, !label.utf8.contains(UInt8(ascii: ":")), isTrimmed(label), isTrimmed(value),
                !label.utf8.contains(where: isLineEnd), !value.utf8.contains(where: isLineEnd), label.first != "\u{FEFF}",
                label.utf8.count + value.utf8.count + 2 <= BagLimits.maximumLineByteCount
            else {
                throw IntegrityError(
                    .invalidArgument,
                    "\"\(Array(label.utf8).visiblePath)\" cannot be a field of bag-info.txt: give `Label: value` on one line")
            }
            self.label = label
            self.value = value
        }

        fileprivate init(trusted label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    /// In their order.
    public private(set) var fields: [Field]
    public private(set) var problems: [BagLineProblem] = []

    public init(_ fields: [Field]) { self.fields = fields }

    /// - Parameter bytes: UTF-8.
    public init(parsing bytes: [UInt8], version: BagVersion) {
        fields = []
        var problems = BagLineProblems()
        for line in BagLines(bytes) {
            guard !line.isBlank, !problems.isFull else { continue }
            guard fields.count < BagLimits.maximumInfoFieldCount else {
                problems.add(
                    .tooLarge, line.number, "there are more than \(BagLimits.maximumInfoFieldCount) fields; what follows was not read")
                break
            }
            read(line, version, &problems)
        }
        self.problems = problems.all
    }

    mutating func append(_ field: Field) { fields.append(field) }

    public var bytes: [UInt8] { fields.flatMap { Array("\($0.label): \($0.value)\n".utf8) } }

    /// All values of a label; its case does not matter.
    public subscript(label: String) -> [String] {
        fields.filter { $0.label.lowercased() == label.lowercased() }.map(\.value)
    }

    private mutating func read(_ line: BagLines.Line, _ version: BagVersion, _ problems: inout BagLineProblems) {
        guard !line.isTooLong, String(validating: line.text, as: UTF8.self) != nil else {
            problems.add(
                .malformedLine, line.number, line.isTooLong ? "the line is too long" : "the line is not text in the bag's encoding")
            return
        }
        if line.text.first.map(BagLines.isBlank) == true {
            guard !fields.isEmpty else {
                problems.add(.malformedLine, line.number, "the line goes on with a value, and there is none before it")
                return
            }
            // In place: a value may go on for many lines.
            fields[fields.count - 1].value += " " + String(decoding: BagLines.trimmed(line.text), as: UTF8.self)
            return
        }
        guard let colon = line.text.firstIndex(of: UInt8(ascii: ":")), colon > line.text.startIndex else {
            problems.add(.malformedLine, line.number, "the line is not `Label: value`")
            return
        }
        let (label, value) = (line.text[..<colon], line.text[(colon + 1)...])
        if version >= .v10, BagLines.trimmed(label).count < label.count || value.first.map(BagLines.isBlank) != true {
            problems.addOnce(.unusualLine, line.number, "blanks do not stand behind the colon alone")
        }
        fields.append(
            Field(
                trusted: String(decoding: BagLines.trimmed(label), as: UTF8.self),
                String(decoding: BagLines.trimmed(value), as: UTF8.self)))
    }
}

/// `Payload-Oxum`: how many bytes and files the payload has, by which a bag that is not whole is found out at once.
public struct PayloadOxum: Sendable, Hashable, CustomStringConvertible {
    public static let label = "Payload-Oxum"
    public let byteCount: UInt64
    public let fileCount: UInt64

    public init(byteCount: UInt64, fileCount: UInt64) {
        self.byteCount = byteCount
        self.fileCount = fileCount
    }

    /// Reads `BYTES.FILES`.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ part in !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } }),
            let byteCount = UInt64(parts[0]), let fileCount = UInt64(parts[1])
        else { return nil }
        self.init(byteCount: byteCount, fileCount: fileCount)
    }

    public var description: String { "\(byteCount).\(fileCount)" }
}

extension Sequence<UInt64> {
    /// The sum, or the largest number: a few sparse files can claim to have more bytes than 64 bits count.
    var cappedSum: UInt64 {
        reduce(0) { sum, count in
            let (next, overflows) = sum.addingReportingOverflow(count)
            return overflows ? .max : next
        }
    }
}
