import GRDB
import KeyStore

/// How far the reading of every byte is. Seals are read in the order of their numbers, which are given in turn and never again: so all
/// that is up to the cursor was read in this pass, and what is behind the end of the last one never was.
struct ScrubState: Sendable, Equatable {
    private static let format: UInt8 = 1
    /// Findings that are kept for the report of a pass that is continued.
    static let maximumDamagedCount = 10_000

    /// Of the present pass, or the last one if it is complete.
    var started: Timestamp
    var finished: Timestamp?
    /// The last seal that was read, with all before it.
    var cursor: Int64 = 0
    /// Seals that were found damaged in this pass.
    var damaged: [Int64] = []
    /// Of the pass before: its begin, and the last seal that it read.
    var previous: Pass?

    struct Pass: Sendable, Equatable {
        let started: Timestamp
        let last: Int64
    }

    init(started: Timestamp, previous: Pass? = nil) {
        self.started = started
        self.previous = previous
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.format)
        writer.append(started.nanoseconds)
        writer.append(finished)
        writer.append(cursor)
        writer.append(UInt32(damaged.count))
        for seal in damaged { writer.append(seal) }
        writer.append(previous != nil)
        if let previous {
            writer.append(previous.started.nanoseconds)
            writer.append(previous.last)
        }
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        guard try reader.need(reader.readUInt8()) == Self.format else { throw MalformedRecord() }
        started = try reader.timestamp()
        finished = try reader.need(reader.readOptionalTimestamp())
        cursor = try reader.need(reader.readInt64())
        for _ in 0..<(try reader.count(atMost: Self.maximumDamagedCount)) { damaged.append(try reader.need(reader.readInt64())) }
        if try reader.need(reader.readBool()) {
            previous = Pass(started: try reader.timestamp(), last: try reader.need(reader.readInt64()))
        }
        try reader.end()
    }
}

extension StoreReader {
    func scrubState() throws(ObjectStoreError) -> ScrubState? {
        var query = try Query(db, "SELECT record, mac FROM scrub WHERE id = 1")
        guard try query.step() else { return nil }
        let record = query.bytes(0)
        try authenticator.require(query.bytes(1), .scrub, [], record)
        return try decode { () throws(MalformedRecord) in try ScrubState(decoding: record) }
    }
}

extension StoreTransaction {
    func set(_ scrub: ScrubState) throws(ObjectStoreError) {
        let record = scrub.encoded()
        var query = try Query(db, "INSERT OR REPLACE INTO scrub VALUES (1, ?, ?)")
        query.bind(record)
        query.bind(try reader.authenticator.mac(.scrub, [], record))
        try query.run()
    }
}
