import KeyStore

/// What a row holds, as bytes: encodings are canonical, and a record that does not end where it should is refused.
extension ByteWriter {
    mutating func append(_ text: String?) {
        append(text != nil)
        if let text { append(text) }
    }

    mutating func append(_ value: Int?) {
        append(value != nil)
        if let value { append(Int64(value)) }
    }

    mutating func append(_ checksum: Checksum) {
        append(checksum.algorithm.code)
        append(checksum.partCount)
        appendPrefixed(checksum.bytes)
    }

    mutating func append(_ tags: TagSet) {
        append(UInt32(tags.tags.count))
        for tag in tags.tags {
            append(tag.key)
            append(tag.value)
        }
    }

    mutating func append(_ headers: ContentHeaders) {
        append(headers.contentType)
        for value in [headers.contentEncoding, headers.contentLanguage, headers.contentDisposition, headers.cacheControl, headers.expires] {
            append(value)
        }
    }

    mutating func append(_ metadata: UserMetadata) {
        append(UInt32(metadata.entries.count))
        for entry in metadata.entries {
            append(entry.name)
            append(entry.value)
        }
    }

    mutating func append(_ lock: ObjectLock) {
        append(lock.retention?.mode.code ?? 0)
        if let retention = lock.retention { append(retention.retainUntilDate.nanoseconds) }
        append(lock.legalHold.map { $0 == .on ? UInt8(2) : 1 } ?? 0)
    }

    mutating func append(_ digest: CatalogDigest) {
        append(digest.recordCount)
        append(digest.nonce)
        append(digest.maskedSum)
    }

    mutating func append(_ retention: DefaultRetention?) {
        append(retention?.mode.code ?? 0)
        guard let retention else { return }
        switch retention.period {
        case .days(let days):
            append(UInt8(0))
            append(Int64(days))
        case .years(let years):
            append(UInt8(1))
            append(Int64(years))
        }
    }
}

/// Thrown by the decoders of this module; the reader of a row makes `DamagedRecord` of it.
struct MalformedRecord: Error {}

extension ByteReader {
    mutating func need<Value>(_ value: Value?) throws(MalformedRecord) -> Value {
        guard let value else { throw MalformedRecord() }
        return value
    }

    mutating func optionalString() throws(MalformedRecord) -> String? {
        try need(readBool()) ? try need(readPrefixedString()) : nil
    }

    mutating func optionalInt() throws(MalformedRecord) -> Int? {
        try need(readBool()) ? Int(try need(readInt64())) : nil
    }

    mutating func timestamp() throws(MalformedRecord) -> Timestamp { try need(readTimestamp()) }

    /// - Parameter limit: of elements; what is left bounds them, too.
    mutating func count(atMost limit: Int) throws(MalformedRecord) -> Int {
        let count = Int(try need(readUInt32()))
        guard count <= limit, count <= remaining else { throw MalformedRecord() }
        return count
    }

    mutating func checksum() throws(MalformedRecord) -> Checksum {
        let algorithm = try need(ChecksumAlgorithm(code: need(readUInt8())))
        let partCount = try optionalInt()
        let bytes = try need(readPrefixed())
        guard bytes.count == algorithm.byteCount else { throw MalformedRecord() }
        return Checksum(algorithm, bytes: bytes, partCount: partCount)
    }

    mutating func tags(limit: Int) throws(MalformedRecord) -> TagSet {
        var tags: [ObjectTag] = []
        for _ in 0..<(try count(atMost: limit)) {
            tags.append(ObjectTag(key: try need(readPrefixedString()), value: try need(readPrefixedString())))
        }
        guard !tags.isEmpty else { return .empty }
        do { return try TagSet(tags, limit: limit) } catch { throw MalformedRecord() }
    }

    mutating func contentHeaders() throws(MalformedRecord) -> ContentHeaders {
        // The default was not given, and does not count towards the length of what was.
        let text = try need(readPrefixedString())
        let contentType = text == ContentHeaders.defaultContentType ? nil : text
        let (encoding, language, disposition) = (try optionalString(), try optionalString(), try optionalString())
        let (cacheControl, expires) = (try optionalString(), try optionalString())
        do {
            return try ContentHeaders(
                contentType: contentType, contentEncoding: encoding, contentLanguage: language, contentDisposition: disposition,
                cacheControl: cacheControl, expires: expires)
        } catch { throw MalformedRecord() }
    }

    mutating func metadata() throws(MalformedRecord) -> UserMetadata {
        var entries: [UserMetadata.Entry] = []
        for _ in 0..<(try count(atMost: UserMetadata.maximumByteCount)) {
            entries.append(UserMetadata.Entry(name: try need(readPrefixedString()), value: try need(readPrefixedString())))
        }
        guard !entries.isEmpty else { return .empty }
        do { return try UserMetadata(entries) } catch { throw MalformedRecord() }
    }

    mutating func objectLock() throws(MalformedRecord) -> ObjectLock {
        var lock = ObjectLock.none
        let mode = try need(readUInt8())
        if mode != 0 { lock.retention = Retention(mode: try need(RetentionMode(code: mode)), retainUntilDate: try timestamp()) }
        switch try need(readUInt8()) {
        case 0: break
        case 1: lock.legalHold = .off
        case 2: lock.legalHold = .on
        default: throw MalformedRecord()
        }
        return lock
    }

    mutating func digest() throws(MalformedRecord) -> CatalogDigest {
        CatalogDigest(
            recordCount: try need(readUInt64()), nonce: try need(readBytes(CatalogDigest.nonceByteCount)),
            maskedSum: try need(readBytes(CatalogDigest.sumByteCount)))
    }

    mutating func defaultRetention() throws(MalformedRecord) -> DefaultRetention? {
        let mode = try need(readUInt8())
        guard mode != 0 else { return nil }
        let isYears = try need(readBool())
        let length = Int(try need(readInt64()))
        do {
            return try DefaultRetention(mode: need(RetentionMode(code: mode)), period: isYears ? .years(length) : .days(length))
        } catch { throw MalformedRecord() }
    }

    mutating func end() throws(MalformedRecord) {
        guard isAtEnd else { throw MalformedRecord() }
    }
}

extension ChecksumAlgorithm {
    /// In records; never changed.
    var code: UInt8 {
        switch self {
        case .crc32: 1
        case .crc32c: 2
        case .crc64NVME: 3
        case .sha1: 4
        case .sha256: 5
        }
    }

    init?(code: UInt8) {
        guard let algorithm = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = algorithm
    }
}

extension RetentionMode {
    var code: UInt8 { self == .governance ? 1 : 2 }

    init?(code: UInt8) {
        switch code {
        case 1: self = .governance
        case 2: self = .compliance
        default: return nil
        }
    }
}
