import SystemPackage

/// Puts the lines of a list into the order of a manifest, and makes one entry of all that are about one file.
struct ImportedEntries: ~Copyable {
    /// Bytes of memory for sorting.
    static let budget = 16 << 20
    /// Behind the path in a record: there is none in it, since no name is empty.
    private static let end: [UInt8] = [0, 0]

    private let name: String
    private var sorter: ExternalSorter<BytewiseOrder>
    private var record = ByteWriter()

    init(name: String, budget: Int, scratchFolder: FilePath) {
        self.name = name
        sorter = ExternalSorter(BytewiseOrder(), budget: budget, scratchFolder: scratchFolder)
    }

    mutating func append(_ line: ImportedLine) throws(IntegrityError) {
        record.removeAll()
        // A slash comes before every other byte, and the end of a path before what goes on.
        record.append(line.entry.path.bytes.map { $0 == EntryPath.slash ? 0 : $0 })
        record.append(Self.end)
        record.append(number: line.number)
        CanonicalEntry.append(line.entry, to: &record)
        try sorter.append(record.bytes)
    }

    /// - Parameter body: gets each entry once, in order.
    /// - Returns: how many lines said again what others had said.
    /// - Throws: `malformed` when two lines contradict each other.
    consuming func finish(_ body: (ManifestEntry) throws(IntegrityError) -> Void) throws(IntegrityError) -> UInt64 {
        let name = name
        let records = try sorter.finish()
        var last: ImportedLine?
        var repeatedCount: UInt64 = 0
        while let bytes = try records.nextBytes() {
            let line = try Self.parse(bytes)
            guard let before = last else {
                last = line
                continue
            }
            if before.entry.path == line.entry.path {
                let merged = try Self.merge(before, line, name)
                if merged == before.entry { repeatedCount += 1 }
                last = ImportedLine(number: before.number, entry: merged)
                continue
            }
            guard !line.entry.path.bytes.starts(with: before.entry.path.bytes + [EntryPath.slash]) else {
                throw IntegrityError(
                    .malformed,
                    "\(name): line \(before.number) says that \(before.entry.path) is a file, line \(line.number) that it is a folder")
            }
            try body(before.entry)
            last = line
        }
        if let last { try body(last.entry) }
        return repeatedCount
    }

    private static func parse(_ bytes: [UInt8]) throws(IntegrityError) -> ImportedLine {
        // The path ends at the first two zero bytes, and its last byte is none.
        guard let end = bytes.indices.dropLast().first(where: { bytes[$0] == 0 && bytes[$0 + 1] == 0 }) else {
            throw IntegrityError(.unreadable, "a temporary file is not what was written to it")
        }
        var reader = ByteReader(Array(bytes[(end + Self.end.count)...]), of: "a sorted line")
        let number: UInt64 = try reader.number()
        return ImportedLine(number: number, entry: try CanonicalEntry.parse(Array(bytes[(end + Self.end.count + reader.position)...])))
    }

    private static func merge(_ first: ImportedLine, _ second: ImportedLine, _ name: String) throws(IntegrityError) -> ManifestEntry {
        var entry = first.entry
        let other = second.entry
        let isSameSize = entry.byteCount == nil || other.byteCount == nil || entry.byteCount == other.byteCount
        let isContradiction = other.digests.contains { digest in entry.digest(digest.algorithm).map { $0 != digest } ?? false }
        guard isSameSize, !isContradiction else {
            throw IntegrityError(
                .malformed, "\(name): lines \(first.number) and \(second.number) say that \(entry.path) is two different files")
        }
        entry.byteCount = entry.byteCount ?? other.byteCount
        entry.digests = (entry.digests + other.digests.filter { entry.digest($0.algorithm) == nil }).inOrder
        return entry
    }
}

extension [ContentDigest] {
    /// As an entry has them.
    var inOrder: [ContentDigest] { sorted { $0.algorithm.manifestNumber < $1.algorithm.manifestNumber } }
}
