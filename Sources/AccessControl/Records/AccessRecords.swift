import Foundation
import GRDB
import OpenSSL

/// All that access control knows, read as one and found authentic as a whole. There is little of it, and so nothing of it is ever believed
/// alone.
struct AccessRecords: Sendable {
    var state: StateRecord
    var devices: [DeviceRecord]
    var recoveryCodes: [RecoveryCodeRecord]
    var sessions: [SessionRecord]

    /// - Throws: `damaged` when a row, or their set, is not what was written.
    static func load(from db: Database, key: AccessKey) throws(AccessError) -> AccessRecords {
        guard let (state, mac) = try loadState(from: db) else { throw .damaged("the second factors have lost their state") }
        var macs: [[UInt8]] = []
        let devices: [DeviceRecord] = try rows(db, key, &macs)
        let recoveryCodes: [RecoveryCodeRecord] = try rows(db, key, &macs)
        let sessions: [SessionRecord] = try rows(db, key, &macs)
        let expected = try stateMAC(state, over: macs, key)
        guard ConstantTime.areEqual(mac.bytes, expected.bytes) else {
            throw .damaged("a row of the second factors was changed, removed or put back")
        }
        return AccessRecords(state: state, devices: devices, recoveryCodes: recoveryCodes, sessions: sessions)
    }

    /// The state as it is stored, not yet authenticated: it names what is needed for that.
    static func loadState(from db: Database) throws(AccessError) -> (StateRecord, mac: [UInt8])? {
        guard let (fields, mac) = try storedRows(db, StateRecord.table).first else { return nil }
        if case .integer(let format) = fields[1], format > StateRecord.formatVersion {
            throw AccessError.newerFormat
        }
        guard let state = StateRecord(fields: fields) else { throw .damaged("the state of the second factors is not readable") }
        return (state, mac)
    }

    /// Writes what is not as in `old`.
    /// - Parameter old: what was loaded in this transaction; nil when there was nothing.
    mutating func save(replacing old: AccessRecords?, in db: Database, key: AccessKey) throws(AccessError) {
        state.revision &+= 1
        var macs: [[UInt8]] = []
        try Self.write(devices, replacing: old?.devices ?? [], db, key, &macs)
        try Self.write(recoveryCodes, replacing: old?.recoveryCodes ?? [], db, key, &macs)
        try Self.write(sessions, replacing: old?.sessions ?? [], db, key, &macs)
        try Self.put(state, mac: Self.stateMAC(state, over: macs, key), in: db)
    }
}

// MARK: Rows

extension AccessRecords {
    private static func rows<Record: AccessRecord>(
        _ db: Database, _ key: AccessKey, _ macs: inout [[UInt8]]
    ) throws(AccessError) -> [Record] {
        var records: [Record] = []
        for (fields, mac) in try storedRows(db, Record.table) {
            let record = Record(fields: fields)
            let expected = try record.map { record throws(AccessError) in try rowMAC(record, key) } ?? []
            guard let record, ConstantTime.areEqual(mac.bytes, expected.bytes) else {
                throw .damaged("a row of \(Record.table.name) is not what was written")
            }
            records.append(record)
            macs.append(mac)
        }
        return records
    }

    private static func write<Record: AccessRecord>(
        _ new: [Record], replacing old: [Record], _ db: Database, _ key: AccessKey, _ macs: inout [[UInt8]]
    ) throws(AccessError) {
        precondition(new.count <= Record.table.maximumRowCount, "limits are checked before anything is written")
        for record in old where !new.contains(where: { $0.id == record.id }) {
            try execute(Record.table.delete, [value(record.id)], db)
        }
        // In the order in which they will be read.
        for record in new.sorted(by: { precedes($0.id, $1.id) }) {
            let mac = try rowMAC(record, key)
            macs.append(mac)
            if !old.contains(record) { try put(record, mac: mac, in: db) }
        }
    }

    /// SQLite's order of the primary keys that there are (BINARY collation).
    private static func precedes(_ left: Field, _ right: Field) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.bytes(let left), .bytes(let right)): left.lexicographicallyPrecedes(right)
        case (.integer, _), (.text, _), (.bytes, _), (.none, _): false
        }
    }

    private static func rowMAC(_ record: some AccessRecord, _ key: AccessKey) throws(AccessError) -> [UInt8] {
        do {
            return try key.mac(RowEncoding(table: type(of: record).table.name, record.fields).bytes)
        } catch { throw AccessError(error) }
    }

    private static func stateMAC(_ state: StateRecord, over macs: [[UInt8]], _ key: AccessKey) throws(AccessError) -> [UInt8] {
        var encoding = RowEncoding(table: StateRecord.table.name, state.fields)
        for mac in macs { encoding.append(mac) }
        do { return try key.mac(encoding.bytes) } catch { throw AccessError(error) }
    }

    private static func storedRows(_ db: Database, _ table: AccessTable) throws(AccessError) -> [([Field], mac: [UInt8])] {
        var found: [([Field], mac: [UInt8])] = []
        do {
            let rows = try Row.fetchCursor(db.cachedStatement(sql: table.select))
            while let row = try rows.next() {
                let fields = (0..<table.columnCount).map { field(row[$0]) }
                guard found.count < table.maximumRowCount, case .bytes(let mac) = field(row[table.columnCount]),
                    mac.count == AccessKey.macByteCount
                else { throw AccessError.damaged("\(table.name) holds what was never written") }
                found.append((fields, mac))
            }
        } catch { throw AccessError(error, doing: "read") }
        return found
    }

    private static func put(_ record: some AccessRecord, mac: [UInt8], in db: Database) throws(AccessError) {
        try execute(type(of: record).table.upsert, record.fields.map(value) + [value(.bytes(mac))], db)
    }

    private static func execute(_ sql: String, _ arguments: [DatabaseValue], _ db: Database) throws(AccessError) {
        do {
            try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
        } catch { throw AccessError(error, doing: "write") }
    }

    private static func value(_ field: Field) -> DatabaseValue {
        switch field {
        case .integer(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .bytes(let value): Data(value).databaseValue
        case .none: .null
        }
    }

    /// A value of a kind that no column has becomes one that no record has.
    private static func field(_ value: DatabaseValue) -> Field {
        switch value.storage {
        case .int64(let value): .integer(value)
        case .string(let value): .text(value)
        case .blob(let value): .bytes([UInt8](value))
        case .null, .double: .none
        }
    }
}
