/// How paths are written in manifests and `fetch.txt`, and which of them are refused.
enum BagPath {
    /// The payload folder.
    static let payload: [UInt8] = Array("data".utf8)
    static let payloadPrefix: [UInt8] = Array("data/".utf8)

    /// A path that was read.
    struct Reading {
        let path: EntryPath
        /// It began with `./`, as md5sum writes.
        let hadDot: Bool
        /// RFC 8493 wants `%25` for a percent sign.
        let hadBarePercent: Bool
    }

    enum Refusal: Error {
        /// It leads out of the bag, here or on another system.
        case unsafe(String)
        case malformed(String)
    }

    static func isPayload(_ path: [UInt8]) -> Bool { path.starts(with: payloadPrefix) && path.count > payloadPrefix.count }

    /// Reads a path as it stands in a line.
    static func read(_ text: ArraySlice<UInt8>, _ version: BagVersion) throws(Refusal) -> Reading {
        guard String(validating: text, as: UTF8.self) != nil else { throw .malformed("the path is not text in the bag's encoding") }
        let (decoded, hadBarePercent) = decoded(text, version)
        if let reason = reasonToLeave(decoded) { throw .unsafe(reason) }
        var rest = decoded[...]
        while rest.starts(with: [UInt8(ascii: "."), UInt8(ascii: "/")]) { rest = rest.dropFirst(2) }
        if let reason = EntryPath.reasonToRefuse(Array(rest)) { throw .malformed("the path \(reason)") }
        return Reading(path: EntryPath(trusted: Array(rest)), hadDot: rest.count < decoded.count, hadBarePercent: hadBarePercent)
    }

    /// A path as a line has it.
    /// - Throws: `unsupported` for what this version cannot say: bytes that are not UTF-8, and before 1.0 a name that has `%0A` or `%0D`
    ///   in it as it is.
    static func encoded(_ path: [UInt8], _ version: BagVersion) throws(IntegrityError) -> [UInt8] {
        guard String(validating: path, as: UTF8.self) != nil else {
            throw IntegrityError(
                .unsupported, "\(path.visiblePath): the name is not UTF-8, and a manifest can list no other; rename the file")
        }
        if let reason = reasonToLeave(path) {
            throw IntegrityError(.unsafePath, "\(path.visiblePath): \(reason), and whoever reads the bag would refuse it; rename the file")
        }
        var text: [UInt8] = []
        for byte in path {
            switch byte {
            case BagLines.lineFeed: text += Array("%0A".utf8)
            case BagLines.carriageReturn: text += Array("%0D".utf8)
            case percent where version.encodesPercent: text += Array("%25".utf8)
            default: text.append(byte)
            }
        }
        if !version.encodesPercent, decoded(text[...], version).0 != path {
            throw IntegrityError(
                .unsupported, "\(path.visiblePath): BagIt \(version.rawValue) cannot list a name with %0A or %0D in it; use version 1.0")
        }
        return text
    }

    /// Why a path would lead out of the bag on this or another system; nil where it does not (RFC 8493 §5.1.1 and its advice on special
    /// characters).
    static func reasonToLeave(_ path: [UInt8]) -> String? {
        let isSeparator = { (byte: UInt8) in byte == EntryPath.slash || byte == backslash }
        guard let first = path.first else { return nil }
        if isSeparator(first) { return "the path is absolute" }
        if first == UInt8(ascii: "~") { return "the path begins with a home folder" }
        if path.count >= 2, path[1] == UInt8(ascii: ":"), (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20) {
            return "the path begins with a drive"
        }
        if first == percent, let end = path.dropFirst().firstIndex(of: percent), end > 1, end + 1 < path.count, isSeparator(path[end + 1]) {
            return "the path begins with a variable"
        }
        let parts = path.split(omittingEmptySubsequences: false, whereSeparator: isSeparator)
        return parts.contains { $0.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) } ? "the path leads out with \"..\"" : nil
    }

    private static let percent = UInt8(ascii: "%")
    private static let backslash = UInt8(ascii: "\\")

    /// Undoes the encoding of line ends, and from 1.0 on of percent signs; every other `%` stands for itself.
    private static func decoded(_ text: ArraySlice<UInt8>, _ version: BagVersion) -> ([UInt8], hadBarePercent: Bool) {
        var path: [UInt8] = []
        var hadBarePercent = false
        var rest = text
        while let byte = rest.first {
            guard byte == percent else {
                path.append(byte)
                rest = rest.dropFirst()
                continue
            }
            let value = [UInt8](hexadecimal: rest.dropFirst().prefix(2))?.first
            if let value, value == BagLines.lineFeed || value == BagLines.carriageReturn || value == percent && version.encodesPercent {
                path.append(value)
                rest = rest.dropFirst(3)
            } else {
                path.append(percent)
                rest = rest.dropFirst()
                hadBarePercent = hadBarePercent || version.encodesPercent
            }
        }
        return (path, hadBarePercent)
    }
}
