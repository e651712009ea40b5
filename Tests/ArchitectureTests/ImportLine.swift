/// One `import` as it stands in a source file.
enum ImportLine {
    /// The module that a line imports; nil for any other line.
    ///
    /// Attributes, access levels, `#if` and the import of single declarations make no difference: `@preconcurrency public import struct
    /// Foundation.Data` is an import of Foundation.
    static func module(of line: some StringProtocol) -> String? {
        let form =
            /\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?(\w+)(?:[\s.;\/].*)?/
        return String(line).wholeMatch(of: form).map { String($0.1) }
    }
}
