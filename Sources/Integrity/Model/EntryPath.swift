/// Where an entry is in its tree: names joined by `/`, as bytes, which need not be UTF-8. It never leads out of the tree.
///
/// Paths are ordered name by name, as a walk comes to them that goes into a folder before it goes on: `a`, `a/b`, `a.txt`. (The order of the bytes would have
/// `a.txt` before `a/b`.)
public struct EntryPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Longer ones are refused; a walk can come to paths that are longer than the system's `PATH_MAX`.
    public static let maximumByteCount = 65_535
    /// Of a name, in any file system of Linux; objects may have longer ones.
    public static let maximumDepth = 4096

    public let bytes: [UInt8]

    /// - Throws: `unsafePath` for an empty path, one that begins or ends with `/`, has a name that is empty, `.` or `..`, or holds a zero byte.
    public init(_ bytes: [UInt8]) throws(IntegrityError) {
        if let reason = Self.reasonToRefuse(bytes) { throw IntegrityError(.unsafePath, "\(bytes.visiblePath): \(reason)") }
        self.bytes = bytes
    }

    /// Bytes that are known to be a path.
    init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// A text that a person can read, with what is not UTF-8 or not visible as `\xHH`.
    public var description: String { bytes.visiblePath }

    public var name: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: Self.slash) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    public static func < (left: EntryPath, right: EntryPath) -> Bool { isInOrder(left.bytes, right.bytes) }

    static let slash = UInt8(ascii: "/")

    /// Whether the first path comes before the second.
    static func isInOrder(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let count = min(left.count, right.count)
        for index in 0..<count where left[index] != right[index] {
            // The end of a name comes before everything that could go on with it.
            if left[index] == slash { return true }
            if right[index] == slash { return false }
            return left[index] < right[index]
        }
        return left.count < right.count
    }

    /// nil for a path that is safe. In one pass without an allocation: every entry that is read goes through here.
    static func reasonToRefuse(_ bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "is no path" }
        if bytes.count > maximumByteCount { return "is longer than \(maximumByteCount) bytes" }
        var depth = 1
        var nameStart = 0
        for index in 0...bytes.count {
            if index < bytes.count, bytes[index] != slash {
                if bytes[index] == 0 { return "has a zero byte in it" }
                continue
            }
            if let reason = reasonToRefuse(bytes[nameStart..<index]) { return reason }
            if index < bytes.count { depth += 1 }
            nameStart = index + 1
        }
        return depth > maximumDepth ? "is more than \(maximumDepth) names deep" : nil
    }

    private static func reasonToRefuse(_ name: ArraySlice<UInt8>) -> String? {
        guard name.count < 3 else { return nil }
        if name.isEmpty { return "begins or ends with a slash, or has two in a row" }
        guard name.allSatisfy({ $0 == UInt8(ascii: ".") }) else { return nil }
        return name.count == 1 ? "has the name \".\" in it" : "leads out of the tree"
    }
}

extension [UInt8] {
    /// For people: UTF-8 as it is, everything that is not, or that acts on a terminal, as `\xHH`, and a backslash as `\\`.
    package var visiblePath: String {
        var text = ""
        var rest = self[...]
        while let byte = rest.first {
            let length = Self.scalarByteCount(byte)
            let piece = rest.prefix(length)
            if let scalar = String(validating: piece, as: UTF8.self)?.unicodeScalars.first, piece.count == length, !Self.isHidden(scalar) {
                text.unicodeScalars.append(scalar)
                if scalar == "\\" { text.append("\\") }
                rest = rest.dropFirst(length)
            } else {
                text += "\\x" + [byte].hexadecimal
                rest = rest.dropFirst()
            }
        }
        return text
    }

    private static func scalarByteCount(_ first: UInt8) -> Int {
        switch first {
        case ..<0x80: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isBidiControl || scalar.properties.isNoncharacterCodePoint
        }
    }
}
