/// What a row holds, between its columns and its meaning.
protocol AccessRecord: Sendable, Equatable {
    static var table: AccessTable { get }
    /// One for each column of the table but the MAC, in their order; the first is the primary key.
    var fields: [Field] { get }
    /// nil when the values are none that such a record can have.
    init?(fields: [Field])
}

extension AccessRecord {
    var id: Field { fields[0] }
}

/// A table and its statements. The last column of each is `mac`.
struct AccessTable: Sendable {
    let name: String
    /// The most rows that are written, and believed.
    let maximumRowCount: Int
    let columnCount: Int
    let select: String
    let upsert: String
    let delete: String

    init(_ name: String, columns: [String], maximumRowCount: Int) {
        let all = columns + ["mac"]
        let changes = all.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let placeholders = all.map { _ in "?" }.joined(separator: ", ")
        self.name = name
        self.maximumRowCount = maximumRowCount
        self.columnCount = columns.count
        select = "SELECT \(all.joined(separator: ", ")) FROM \(name) ORDER BY \(columns[0]) LIMIT \(maximumRowCount + 1)"
        upsert = "INSERT INTO \(name) VALUES (\(placeholders)) ON CONFLICT (\(columns[0])) DO UPDATE SET \(changes)"
        delete = "DELETE FROM \(name) WHERE \(columns[0]) = ?"
    }
}
