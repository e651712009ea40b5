import Foundation

/// What Docs/Architecture.md says about modules: the floors of its drawing, and the last column of its table.
struct ArchitectureDocument {
    static let path = "Docs/Architecture.md"

    struct Row {
        /// What is named in the column.
        let imports: Set<String>
        /// Whether the column says "all of the house" besides.
        let mayImportHouse: Bool
    }

    /// By module.
    let floors: [String: Int]
    /// By module.
    let rows: [String: Row]

    init() throws {
        let text = try String(contentsOf: SourceModules.repository.appending(path: Self.path), encoding: .utf8)
        var floors: [String: Int] = [:]
        var rows: [String: Row] = [:]
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: /floor (\d) +(.*)/), let floor = Int(match.1) {
                for name in match.2.matches(of: /\w+/) { floors[String(name.0)] = floor }
            }
            // | `Module` | knows | never | imports |
            if let match = line.wholeMatch(of: /\| `(\w+)` \|[^|]*\|[^|]*\|([^|]*)\|/) {
                let names = match.2.matches(of: /`(\w+)`/).map { String($0.1) }
                rows[String(match.1)] = Row(imports: Set(names), mayImportHouse: match.2.contains("all of the house"))
            }
        }
        self.floors = floors
        self.rows = rows
    }
}
