/// An entry as it is stored: what it shares with the one before it in its block is left out. A tree of small files takes about 40 bytes for each, most of it the hash.
///
/// The tree's leaves are canonical encodings, so how an entry is stored changes nothing that is signed.
enum EntryRecord {
    /// What the record does not say, because the record before it, or another member, does.
    private struct Shared: OptionSet {
        let rawValue: UInt8
        /// Type, and which members there are.
        static let head = Shared(rawValue: 1 << 0)
        /// Permissions, user and group.
        static let owner = Shared(rawValue: 1 << 1)
        static let modificationTime = Shared(rawValue: 1 << 2)
        /// The change time is this entry's own modification time.
        static let changeTime = Shared(rawValue: 1 << 3)
        /// Device and link count.
        static let device = Shared(rawValue: 1 << 4)
        /// The inode is the one behind the last.
        static let inode = Shared(rawValue: 1 << 5)
        static let byteCount = Shared(rawValue: 1 << 6)
    }

    private static let nanosecondsInSecond: Int64 = 1_000_000_000
    /// So that the difference in nanoseconds fits into 64 bits: 285 years.
    private static let maximumSecondsApart: UInt64 = 9_000_000_000

    /// What the first record of a block refers to.
    static let origin = ManifestEntry(path: EntryPath(trusted: []), type: .file)

    private static let noMetadata = EntryMetadata(
        permissions: 0, user: 0, group: 0, modificationTime: EntryTime(seconds: 0, nanoseconds: 0))
    private static let noIdentity = EntryIdentity(
        changeTime: EntryTime(seconds: 0, nanoseconds: 0), device: 0, inode: 0, linkCount: 0)

    // MARK: Writing

    static func append(_ entry: ManifestEntry, after last: ManifestEntry, to writer: inout ByteWriter) {
        let shared = shared(entry, last)
        writer.append(shared.rawValue)
        if !shared.contains(.head) {
            writer.append(entry.type.rawValue)
            writer.append(number: EntryFields(of: entry).rawValue)
        }
        appendPath(entry.path.bytes, after: last.path.bytes, to: &writer)
        appendMetadata(of: entry, after: last, shared, to: &writer)
        if let byteCount = entry.byteCount, !shared.contains(.byteCount) { writer.append(variable: byteCount) }
        if let root = entry.root { writer.append(root) }
        CanonicalEntry.appendRest(of: entry, to: &writer)
    }

    private static func shared(_ entry: ManifestEntry, _ last: ManifestEntry) -> Shared {
        var shared: Shared = []
        if entry.type == last.type, EntryFields(of: entry) == EntryFields(of: last) { shared.insert(.head) }
        let (metadata, lastMetadata) = (entry.metadata ?? noMetadata, last.metadata ?? noMetadata)
        if metadata.permissions == lastMetadata.permissions, metadata.user == lastMetadata.user, metadata.group == lastMetadata.group {
            shared.insert(.owner)
        }
        if metadata.modificationTime == lastMetadata.modificationTime { shared.insert(.modificationTime) }
        let (identity, lastIdentity) = (entry.identity ?? noIdentity, last.identity ?? noIdentity)
        if identity.changeTime == metadata.modificationTime { shared.insert(.changeTime) }
        if identity.device == lastIdentity.device, identity.linkCount == lastIdentity.linkCount { shared.insert(.device) }
        if identity.inode == lastIdentity.inode &+ 1 { shared.insert(.inode) }
        if entry.byteCount == last.byteCount { shared.insert(.byteCount) }
        return shared
    }

    private static func appendMetadata(of entry: ManifestEntry, after last: ManifestEntry, _ shared: Shared, to writer: inout ByteWriter) {
        let lastMetadata = last.metadata ?? noMetadata
        if let metadata = entry.metadata {
            if !shared.contains(.owner) {
                writer.append(number: metadata.permissions)
                writer.append(variable: UInt64(metadata.user))
                writer.append(variable: UInt64(metadata.group))
            }
            if !shared.contains(.modificationTime) {
                append(metadata.modificationTime, after: lastMetadata.modificationTime, to: &writer)
            }
        }
        guard let identity = entry.identity else { return }
        let lastIdentity = last.identity ?? noIdentity
        if !shared.contains(.changeTime) { append(identity.changeTime, after: lastIdentity.changeTime, to: &writer) }
        if !shared.contains(.device) {
            writer.append(variable: identity.device)
            writer.append(variable: UInt64(identity.linkCount))
        }
        if !shared.contains(.inode) {
            writer.append(difference: Int64(bitPattern: identity.inode &- lastIdentity.inode))
        }
    }

    /// Files that were written one after the other are milliseconds apart: three bytes, where seconds and nanoseconds would take five or more.
    private static func append(_ time: EntryTime, after last: EntryTime, to writer: inout ByteWriter) {
        let (seconds, isFar) = time.seconds.subtractingReportingOverflow(last.seconds)
        guard !isFar, seconds.magnitude <= maximumSecondsApart else {
            writer.append(difference: .min)
            writer.append(time)
            return
        }
        writer.append(difference: seconds * nanosecondsInSecond + Int64(time.nanoseconds) - Int64(last.nanoseconds))
    }

    /// Names in a row often have the same beginning, and the same end.
    private static func appendPath(_ path: [UInt8], after last: [UInt8], to writer: inout ByteWriter) {
        let shared = min(path.count, last.count)
        var prefix = 0
        while prefix < shared, path[prefix] == last[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < shared - prefix, path[path.count - 1 - suffix] == last[last.count - 1 - suffix] { suffix += 1 }
        writer.append(variable: UInt64(prefix))
        writer.append(variable: UInt64(suffix))
        writer.append(variable: UInt64(path.count - prefix - suffix))
        writer.append(path[prefix..<path.count - suffix])
    }

    // MARK: Reading

    static func parse(after last: ManifestEntry, _ reader: inout ByteReader) throws(IntegrityError) -> ManifestEntry {
        let shared = Shared(rawValue: try reader.byte())
        guard shared.rawValue & 0x80 == 0 else { throw reader.malformed("a record has a mark that is not known here") }
        let type = shared.contains(.head) ? last.type : try CanonicalEntry.type(&reader)
        let fields = shared.contains(.head) ? EntryFields(of: last) : try CanonicalEntry.fields(&reader)
        var entry = ManifestEntry(path: try path(after: last, &reader), type: type)
        if fields.contains(.metadata) { entry.metadata = try metadata(after: last, shared, &reader) }
        if fields.contains(.identity) { entry.identity = try identity(of: entry, after: last, shared, &reader) }
        if fields.contains(.byteCount) {
            entry.byteCount = shared.contains(.byteCount) ? last.byteCount : try reader.variable()
            guard entry.byteCount != nil else { throw reader.malformed("shares a size with a record that has none") }
        }
        if fields.contains(.root) { entry.root = try reader.hash() }
        try CanonicalEntry.parseRest(of: &entry, fields, &reader)
        return entry
    }

    private static func path(after last: ManifestEntry, _ reader: inout ByteReader) throws(IntegrityError) -> EntryPath {
        let lastPath = last.path.bytes
        let (prefix, suffix, count) = (try reader.variable(), try reader.variable(), try reader.variable())
        guard prefix <= UInt64(lastPath.count), suffix <= UInt64(lastPath.count) - prefix, count <= UInt64(EntryPath.maximumByteCount)
        else {
            // What a manifest of before this form was settled comes to at its first path.
            throw reader.malformed(
                "a path is too long, or shares more than there is: the manifest is damaged, or an early version of Coffer made it")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(prefix + count + suffix))
        bytes.append(contentsOf: lastPath[..<Int(prefix)])
        bytes.append(contentsOf: try reader.slice(Int(count)))
        bytes.append(contentsOf: lastPath[(lastPath.count - Int(suffix))...])
        return try EntryPath(bytes)
    }

    private static func metadata(
        after last: ManifestEntry, _ shared: Shared, _ reader: inout ByteReader
    ) throws(IntegrityError) -> EntryMetadata {
        var metadata = last.metadata ?? noMetadata
        if !shared.contains(.owner) {
            metadata.permissions = try CanonicalEntry.permissions(&reader)
            metadata.user = try number(&reader)
            metadata.group = try number(&reader)
        }
        if !shared.contains(.modificationTime) { metadata.modificationTime = try time(after: metadata.modificationTime, &reader) }
        return metadata
    }

    private static func identity(
        of entry: ManifestEntry, after last: ManifestEntry, _ shared: Shared, _ reader: inout ByteReader
    ) throws(IntegrityError) -> EntryIdentity {
        var identity = last.identity ?? noIdentity
        identity.changeTime =
            shared.contains(.changeTime)
            ? (entry.metadata ?? noMetadata).modificationTime : try time(after: identity.changeTime, &reader)
        if !shared.contains(.device) {
            identity.device = try reader.variable()
            identity.linkCount = try number(&reader)
        }
        identity.inode &+= shared.contains(.inode) ? 1 : UInt64(bitPattern: try reader.difference())
        return identity
    }

    private static func time(after last: EntryTime, _ reader: inout ByteReader) throws(IntegrityError) -> EntryTime {
        let difference = try reader.difference()
        if difference == .min { return try reader.time() }
        let (sum, isFar) = difference.addingReportingOverflow(Int64(last.nanoseconds))
        let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: nanosecondsInSecond)
        let isBefore = remainder < 0
        let nanoseconds = isBefore ? remainder + nanosecondsInSecond : remainder
        let (seconds, isFarther) = last.seconds.addingReportingOverflow(isBefore ? quotient - 1 : quotient)
        guard !isFar, !isFarther else { throw reader.malformed("a time is too far from the one before it") }
        return EntryTime(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    }

    private static func number(_ reader: inout ByteReader) throws(IntegrityError) -> UInt32 {
        guard let number = UInt32(exactly: try reader.variable()) else { throw reader.malformed("a number is too large") }
        return number
    }
}
