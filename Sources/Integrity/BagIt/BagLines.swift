/// The lines of a tag file, numbered from 1. They end in LF, CR or CR LF (RFC 8493 §2.2.2), the last one also at the end of the file.
struct BagLines: Sequence, IteratorProtocol {
    struct Line {
        let number: Int
        let text: ArraySlice<UInt8>

        var isTooLong: Bool { text.count > BagLimits.maximumLineByteCount }
        var isBlank: Bool { text.allSatisfy(BagLines.isBlank) }
    }

    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Line? {
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex { $0 == Self.lineFeed || $0 == Self.carriageReturn } ?? bytes.count
        number += 1
        let line = Line(number: number, text: bytes[position..<end])
        position = end + 1
        if end < bytes.count, bytes[end] == Self.carriageReturn, position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
        return line
    }

    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")

    /// A space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = text.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return [] }
        return start[...last]
    }
}

/// What is wrong with a line, or with all of a tag file.
public struct BagLineProblem: Sendable, Hashable {
    public let kind: BagProblem.Kind
    /// From 1; nil where it is about the whole file.
    public let line: Int?
    /// One clause for a person.
    public let detail: String
    /// The path that the line names, where it is one; else empty.
    public var path: [UInt8] = []
}

/// Collects what is wrong with the lines of one file, and stops where nobody would read on.
struct BagLineProblems {
    private(set) var all: [BagLineProblem] = []
    private var told: Set<BagProblem.Kind> = []

    var isFull: Bool { all.count > BagLimits.maximumLineProblemCount }

    mutating func add(_ kind: BagProblem.Kind, _ line: Int?, _ detail: String, path: [UInt8] = []) {
        guard !isFull else { return }
        if all.count == BagLimits.maximumLineProblemCount {
            all.append(
                BagLineProblem(
                    kind: .tooLarge, line: line,
                    detail: "more than \(BagLimits.maximumLineProblemCount) lines are wrong; what follows was not read"))
        } else {
            all.append(BagLineProblem(kind: kind, line: line, detail: detail, path: path))
        }
    }

    /// For habits of a tool, which are the same in every line: the first one stands for all.
    mutating func addOnce(_ kind: BagProblem.Kind, _ line: Int, _ detail: String) {
        if told.insert(kind).inserted { add(kind, line, detail) }
    }
}
