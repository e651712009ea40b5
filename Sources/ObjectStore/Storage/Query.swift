import GRDB
import GRDBSQLite

/// One run of a statement, which its connection has compiled once.
///
/// Values are bound and read by position, straight from and into SQLite: a listing reads thousands of rows, and each value that passed
/// through a general one would cost more than the row.
struct Query: ~Copyable {
    private let statement: SQLiteStatement
    private let connection: SQLiteConnection
    private var boundCount: Int32 = 0
    /// The first binding that failed: the statement is not run with NULL in its place.
    private var failure: CInt = SQLITE_OK

    /// - Parameter sql: constant; values are bound.
    init(_ db: Database, _ sql: String) throws(ObjectStoreError) {
        guard let connection = db.sqliteConnection else { preconditionFailure("a database in use is open") }
        self.connection = connection
        do {
            statement = try db.cachedStatement(sql: sql).sqliteStatement
        } catch {
            throw ObjectStoreError(storage: error, doing: "use")
        }
        sqlite3_reset(statement)
    }

    deinit {
        // Bound values were copied; what is kept until the next use would be the last row's lock.
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    // MARK: Binding

    mutating func bind(_ value: Int64) {
        boundCount += 1
        note(sqlite3_bind_int64(statement, boundCount, value))
    }

    mutating func bind(_ bytes: [UInt8]) {
        boundCount += 1
        let index = boundCount
        let result = bytes.withUnsafeBufferPointer { buffer in
            // An empty array has no address, and a blob of no address would be NULL.
            buffer.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sqlite3_bind_blob(statement, index, buffer.baseAddress, Int32(buffer.count), Self.copying)
        }
        note(result)
    }

    mutating func bind(_ bytes: [UInt8]?) {
        guard let bytes else { return bindNull() }
        bind(bytes)
    }

    mutating func bindNull() {
        boundCount += 1
        note(sqlite3_bind_null(statement, boundCount))
    }

    mutating func bind(_ text: String) {
        boundCount += 1
        note(sqlite3_bind_text(statement, boundCount, text, -1, Self.copying))
    }

    private mutating func note(_ result: CInt) {
        if failure == SQLITE_OK { failure = result }
    }

    /// SQLITE_TRANSIENT, which is a cast in C: SQLite makes its own copy.
    private static var copying: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    // MARK: Running

    /// - Returns: whether there is a row.
    mutating func step() throws(ObjectStoreError) -> Bool {
        guard failure == SQLITE_OK else { throw ObjectStoreError(.internalError, "SQLite takes no value (\(failure)).") }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let code = sqlite3_extended_errcode(connection)
            throw ObjectStoreError(sqlite: code, String(cString: sqlite3_errmsg(connection)), doing: "use")
        }
    }

    /// Runs a statement that gives no rows.
    consuming func run() throws(ObjectStoreError) {
        while try step() {}
    }

    /// Runs a statement that changes exactly one row.
    ///
    /// - Throws: `DamagedRecord` when it changed none: the row was just read, so an index does not have it.
    consuming func runOnOneRow() throws(ObjectStoreError) {
        while try step() {}
        guard sqlite3_changes(connection) == 1 else { throw .damaged("A row that is there could not be changed") }
    }

    // MARK: Reading

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    func optionalBytes(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    /// Whether a blob has exactly these bytes; without a copy.
    func equals(_ column: Int32, _ bytes: [UInt8]) -> Bool {
        guard let start = sqlite3_column_blob(statement, column) else { return bytes.isEmpty }
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))).elementsEqual(bytes)
    }
}
