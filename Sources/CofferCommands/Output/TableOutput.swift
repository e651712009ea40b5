/// A table for people: columns as wide as their widest cell, two spaces between them, no lines.
struct TableOutput {
    private let rows: [[String]]

    init(header: [String], rows: [[String]]) { self.rows = [header] + rows.map { $0.map(visible) } }

    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                // The last column is not padded: no line ends in spaces.
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line + "\n"
        }.joined()
    }
}

/// Names and values below each other, the values aligned. A pair whose value is nil is left out. No value can look like a further pair: control
/// characters are shown as U+FFFD.
struct FieldsOutput {
    private let fields: [(name: String, value: String)]

    init(_ fields: [(String, String?)]) {
        self.fields = fields.compactMap { name, value in value.map { (name, visible($0)) } }
    }

    var text: String {
        let width = fields.map(\.name.count).max() ?? 0
        return fields.map { name, value in
            "\(name):\(String(repeating: " ", count: width - name.count + 1))\(value)\n"
        }.joined()
    }
}
