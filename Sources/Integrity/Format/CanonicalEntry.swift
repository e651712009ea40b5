import OpenSSL
import SystemPackage

/// The bytes of an entry that are a leaf of the manifest's tree (Docs/Formats/Manifest.md). One entry has one encoding, whatever stands around it in a file.
enum CanonicalEntry {
    static let format: UInt8 = 1
    /// Of a symbolic link's target; Linux allows 4095.
    static let maximumLinkTargetByteCount = 65_535
    /// A path, a target, every digest, and what is of fixed length.
    static let maximumByteCount = 1 << 18

    // MARK: Writing

    static func append(_ entry: ManifestEntry, to writer: inout ByteWriter) {
        writer.append(format)
        writer.append(entry.type.rawValue)
        writer.append(number: EntryFields(of: entry).rawValue)
        writer.append(number: UInt16(entry.path.bytes.count))
        writer.append(entry.path.bytes)
        if let metadata = entry.metadata {
            writer.append(number: metadata.permissions)
            writer.append(number: metadata.user)
            writer.append(number: metadata.group)
            writer.append(metadata.modificationTime)
        }
        if let identity = entry.identity {
            writer.append(identity.changeTime)
            writer.append(number: identity.device)
            writer.append(number: identity.inode)
            writer.append(number: identity.linkCount)
        }
        if let byteCount = entry.byteCount { writer.append(number: byteCount) }
        if let root = entry.root { writer.append(root) }
        appendRest(of: entry, to: &writer)
    }

    /// What stands at the end of both encodings, alike.
    static func appendRest(of entry: ManifestEntry, to writer: inout ByteWriter) {
        if !entry.digests.isEmpty { append(entry.digests, to: &writer) }
        if let target = entry.linkTarget {
            precondition(target.count <= maximumLinkTargetByteCount)
            writer.append(number: UInt16(target.count))
            writer.append(target)
        }
        if let attributes = entry.attributes { writer.append(attributes) }
        if let number = entry.deviceNumber { writer.append(number: number) }
        if let errno = entry.unreadable { writer.append(number: UInt16(clamping: errno.rawValue)) }
    }

    private static func append(_ digests: [ContentDigest], to writer: inout ByteWriter) {
        writer.append(UInt8(digests.count))
        for digest in digests {
            writer.append(digest.algorithm.manifestNumber)
            writer.append(digest.bytes)
        }
    }

    // MARK: Reading

    /// - Throws: `damaged` for anything that `append` would not write, `newerFormat`, `unsafePath`.
    static func parse(_ bytes: [UInt8]) throws(IntegrityError) -> ManifestEntry {
        guard bytes.count <= maximumByteCount else { throw IntegrityError(.damaged, "an entry of \(bytes.count) bytes is too long") }
        var reader = ByteReader(bytes, of: "an entry")
        guard try reader.byte() == format else { throw IntegrityError(.newerFormat, "an entry has a format that is not known here") }
        let type = try type(&reader)
        let fields = try fields(&reader)
        let count: UInt16 = try reader.number()
        var entry = ManifestEntry(path: try EntryPath(Array(reader.slice(Int(count)))), type: type)
        if fields.contains(.metadata) {
            entry.metadata = EntryMetadata(
                permissions: try permissions(&reader), user: try reader.number(), group: try reader.number(),
                modificationTime: try reader.time())
        }
        if fields.contains(.identity) {
            entry.identity = EntryIdentity(
                changeTime: try reader.time(), device: try reader.number(), inode: try reader.number(), linkCount: try reader.number())
        }
        if fields.contains(.byteCount) { entry.byteCount = try reader.number() }
        if fields.contains(.root) { entry.root = try reader.hash() }
        try parseRest(of: &entry, fields, &reader)
        guard reader.isAtEnd else { throw reader.malformed("has bytes behind its end") }
        return entry
    }

    static func parseRest(of entry: inout ManifestEntry, _ fields: EntryFields, _ reader: inout ByteReader) throws(IntegrityError) {
        if fields.contains(.digests) { entry.digests = try digests(&reader) }
        if fields.contains(.linkTarget) {
            let count: UInt16 = try reader.number()
            entry.linkTarget = Array(try reader.slice(Int(count)))
        }
        if fields.contains(.attributes) { entry.attributes = try reader.hash() }
        if fields.contains(.deviceNumber) { entry.deviceNumber = try reader.number() }
        if fields.contains(.unreadable) {
            let number: UInt16 = try reader.number()
            entry.unreadable = Errno(rawValue: CInt(number))
        }
        try requireSense(of: entry, reader)
    }

    static func type(_ reader: inout ByteReader) throws(IntegrityError) -> EntryType {
        let number = try reader.byte()
        guard let type = EntryType(rawValue: number) else { throw reader.malformed("is of the unknown type \(number)") }
        return type
    }

    static func fields(_ reader: inout ByteReader) throws(IntegrityError) -> EntryFields {
        let fields = EntryFields(rawValue: try reader.number())
        guard EntryFields.all.isSuperset(of: fields) else { throw reader.malformed("has members that are not known here") }
        return fields
    }

    static func permissions(_ reader: inout ByteReader) throws(IntegrityError) -> UInt16 {
        let bits: UInt16 = try reader.number()
        guard bits <= 0o7777 else { throw reader.malformed("has the permissions \(String(bits, radix: 8))") }
        return bits
    }

    private static func digests(_ reader: inout ByteReader) throws(IntegrityError) -> [ContentDigest] {
        let count = try reader.byte()
        guard count > 0, count <= DigestAlgorithm.allCases.count else { throw reader.malformed("has \(count) digests") }
        var digests: [ContentDigest] = []
        var last: UInt8 = 0
        for _ in 0..<count {
            let number = try reader.byte()
            guard number > last, let algorithm = DigestAlgorithm.allCases.first(where: { $0.manifestNumber == number }) else {
                throw reader.malformed("has a digest of the unknown kind \(number)")
            }
            last = number
            digests.append(ContentDigest(algorithm, bytes: Array(try reader.slice(algorithm.byteCount))))
        }
        return digests
    }

    /// What only files have, only files may have: nobody who uses an entry should have to ask.
    private static func requireSense(of entry: ManifestEntry, _ reader: ByteReader) throws(IntegrityError) {
        let isContent = entry.byteCount != nil || entry.root != nil || !entry.digests.isEmpty
        guard entry.type == .file || !isContent else { throw reader.malformed("\(entry.path): is no file and has content") }
        guard entry.root == nil || entry.byteCount != nil else { throw reader.malformed("\(entry.path): has a root and no size") }
        guard (entry.linkTarget != nil) == (entry.type == .symbolicLink) || entry.unreadable != nil else {
            throw reader.malformed("\(entry.path): is \(entry.type.description), and says where it leads, or is a link and does not")
        }
    }
}

extension ManifestEntry {
    /// The bytes of which a leaf of a manifest's tree is the hash.
    public var canonicalBytes: [UInt8] {
        var writer = ByteWriter()
        CanonicalEntry.append(self, to: &writer)
        return writer.bytes
    }

    /// Reads what `canonicalBytes` wrote: an entry has no other encoding.
    /// - Throws: `damaged`, `newerFormat`, `unsafePath`.
    public init(canonical bytes: [UInt8]) throws(IntegrityError) { self = try CanonicalEntry.parse(bytes) }
}

extension DigestAlgorithm {
    /// In manifests; never changes. The order is that of `allCases`.
    var manifestNumber: UInt8 {
        switch self {
        case .md5: 1
        case .sha1: 2
        case .sha224: 3
        case .sha256: 4
        case .sha384: 5
        case .sha512: 6
        case .blake2b512: 7
        }
    }
}
