/// Writes a list of checksums, byte for byte as the tools do that read it.
public struct ChecksumListWriter: Sendable {
    private let format: ChecksumListFormat
    private let functions: [ChecksumFunction]
    private let isZeroTerminated: Bool

    /// - Parameters:
    ///   - functions: what each file's lines have, in this order.
    ///   - isZeroTerminated: as `sha256sum --zero` writes: lines end in a zero byte, and names are written as they are.
    /// - Throws: `invalidArgument` for what the format cannot say.
    public init(
        _ format: ChecksumListFormat, functions: [ChecksumFunction], isZeroTerminated: Bool = false
    ) throws(IntegrityError) {
        if let reason = Self.reasonToRefuse(format, functions, isZeroTerminated) { throw IntegrityError(.invalidArgument, reason) }
        self.format = format
        self.functions = functions
        self.isZeroTerminated = isZeroTerminated
    }

    /// nil for what can be written.
    private static func reasonToRefuse(
        _ format: ChecksumListFormat, _ functions: [ChecksumFunction], _ isZeroTerminated: Bool
    ) -> String? {
        guard !functions.isEmpty, Set(functions).count == functions.count else { return "a list has one checksum at least, and none twice" }
        switch format {
        case .bsd: return nil
        case .gnu:
            if functions.count > 1 { return "lines without tags do not say which checksum they have, so that there can be only one" }
            return functions[0].digest == nil ? "\(functions[0]) is written with tags only, since no tool reads it without" : nil
        case .hashdeep:
            if isZeroTerminated { return "lists of hashdeep have lines that end in a line feed" }
            guard let other = functions.first(where: { !HashdeepLayout.functions.contains($0) }) else { return nil }
            return "hashdeep does not know \(other); it has \(HashdeepLayout.functions.map(\.rawValue).joined(separator: ", "))"
        }
    }

    /// What stands before the first file.
    public var header: [UInt8] {
        guard format == .hashdeep else { return [] }
        let columns = ["size"] + functions.map(\.rawValue) + ["filename"]
        return HashdeepLayout.headerStart + Array("\(HashdeepLayout.version)\n".utf8) + HashdeepLayout.headerStart
            + Array("\(columns.joined(separator: ","))\n".utf8)
    }

    /// The lines of a file, each with its end.
    /// - Throws: `invalidArgument` for a file without one of the checksums (for hashdeep, the size), or with a name that would be read as another one.
    public func lines(for file: ListedFile) throws(IntegrityError) -> [UInt8] {
        if let reason = reasonToRefuse(file) { throw IntegrityError(.invalidArgument, "\(file.path.visiblePath): \(reason)") }
        let checksums = functions.compactMap { function in file.checksums.first { $0.function == function } }
        switch format {
        case .gnu: return checksums.flatMap { line(Array("\($0.hexadecimal)  ".utf8), file.path, []) }
        case .bsd:
            return checksums.flatMap { line(Array("\($0.function.tag) (".utf8), file.path, Array(") = \($0.hexadecimal)".utf8)) }
        case .hashdeep:
            let fields = ["\(file.byteCount ?? 0)"] + checksums.map(\.hexadecimal)
            return Array("\(fields.joined(separator: ",")),".utf8) + file.path + [ListEscapes.lineFeed]
        }
    }

    private func line(_ start: [UInt8], _ path: [UInt8], _ end: [UInt8]) -> [UInt8] {
        if isZeroTerminated { return start + path + end + [0] }
        guard ListEscapes.areNeeded(for: path) else { return start + path + end + [ListEscapes.lineFeed] }
        return [ListEscapes.backslash] + start + ListEscapes.escape(path) + end + [ListEscapes.lineFeed]
    }

    private func reasonToRefuse(_ file: ListedFile) -> String? {
        let known = file.checksums.map(\.function)
        if let missing = functions.first(where: { !known.contains($0) }) { return "its \(missing) is not known" }
        if file.path.contains(0) { return "has a zero byte in it, which no path has" }
        switch format {
        case .bsd: return nil
        case .gnu: return file.path.isEmpty ? "an empty name cannot be listed" : nil
        case .hashdeep:
            guard let byteCount = file.byteCount else { return "its size is not known" }
            if file.path.isEmpty { return "an empty name cannot be listed" }
            if file.path.contains(ListEscapes.lineFeed) { return "hashdeep cannot write a name with a line feed; use another format" }
            guard HashdeepLayout.isPiece(file.path, byteCount: byteCount) else { return nil }
            return "hashdeep would take it for a part of a file; use another format"
        }
    }
}
