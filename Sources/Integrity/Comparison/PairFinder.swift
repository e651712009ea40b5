import SystemPackage

/// Pairs entries of two sides that have the same key. Both sides are sorted on the disk, so memory does not grow with them.
struct PairFinder: ~Copyable {
    enum Side: UInt8 { case old = 0, new = 1 }

    /// So many old entries with one key wait for new ones. Those beyond stay alone: nobody could tell a hundred thousand equal files apart.
    static let maximumGroupCount = 1 << 16
    private static let budget = 4 << 20

    private var sorter: ExternalSorter<BytewiseOrder>
    private var record = ByteWriter()

    init(scratchFolder: FilePath) {
        sorter = ExternalSorter(BytewiseOrder(), budget: Self.budget, scratchFolder: scratchFolder)
    }

    /// - Parameter key: at most 65 535 bytes.
    mutating func append(_ entry: ManifestEntry, _ side: Side, key: [UInt8]) throws(IntegrityError) {
        record.removeAll()
        record.append(number: UInt16(key.count))
        record.append(key)
        record.append(side.rawValue)
        CanonicalEntry.append(entry, to: &record)
        try sorter.append(record.bytes)
    }

    /// - Parameters:
    ///   - onPair: is called with an old and a new entry of one key; false when they are no pair after all.
    ///   - onRest: is called with each entry that is in no pair.
    consuming func finish(
        onPair: (ManifestEntry, ManifestEntry) throws(IntegrityError) -> Bool,
        onRest: (ManifestEntry, Side) throws(IntegrityError) -> Void
    ) throws(IntegrityError) {
        let records = try sorter.finish()
        var key: ArraySlice<UInt8> = []
        var waiting: [ManifestEntry] = []
        var next = 0
        while let bytes = try records.nextBytes() {
            var reader = ByteReader(bytes, of: "a sorted entry")
            let keyCount: UInt16 = try reader.number()
            let newKey = try reader.slice(Int(keyCount))
            let side = try reader.byte() == Side.old.rawValue ? Side.old : .new
            let entry = try CanonicalEntry.parse(Array(bytes[reader.position...]))
            if newKey != key {
                for entry in waiting[next...] { try onRest(entry, .old) }
                (key, waiting, next) = (newKey, [], 0)
            }
            if side == .old, waiting.count < Self.maximumGroupCount {
                waiting.append(entry)
            } else if side == .new, next < waiting.count, try onPair(waiting[next], entry) {
                next += 1
            } else {
                try onRest(entry, side)
            }
        }
        for entry in waiting[next...] { try onRest(entry, .old) }
    }
}
