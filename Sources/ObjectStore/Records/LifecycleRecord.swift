import KeyStore

/// A lifecycle as a document of its bucket.
extension LifecycleConfiguration {
    private static let format: UInt8 = 1

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.append(Self.format)
        writer.append(UInt32(rules.count))
        for rule in rules { rule.append(to: &writer) }
        return writer.bytes
    }

    init(decoding bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        guard try reader.need(reader.readUInt8()) == Self.format else { throw MalformedRecord() }
        var rules: [LifecycleRule] = []
        for _ in 0..<(try reader.count(atMost: Self.maximumRuleCount)) { rules.append(try LifecycleRule(decoding: &reader)) }
        try reader.end()
        do { try self.init(rules: rules) } catch { throw MalformedRecord() }
    }
}

extension LifecycleRule {
    fileprivate func append(to writer: inout ByteWriter) {
        writer.append(id)
        writer.append(status == .enabled)
        writer.appendPrefixed(filter.prefix)
        writer.append(filter.tags)
        writer.append(filter.objectSizeGreaterThan.map { Int(clamping: $0) })
        writer.append(filter.objectSizeLessThan.map { Int(clamping: $0) })
        switch expiration {
        case nil: writer.append(UInt8(0))
        case .days(let days):
            writer.append(UInt8(1))
            writer.append(Int64(days))
        case .date(let date):
            writer.append(UInt8(2))
            writer.append(date.nanoseconds)
        case .expiredObjectDeleteMarker: writer.append(UInt8(3))
        }
        writer.append(noncurrentVersionExpiration?.noncurrentDays)
        writer.append(noncurrentVersionExpiration?.newerNoncurrentVersions)
        writer.append(abortIncompleteMultipartUploadDays)
    }

    fileprivate init(decoding reader: inout ByteReader) throws(MalformedRecord) {
        let (id, isEnabled) = (try reader.need(reader.readPrefixedString()), try reader.need(reader.readBool()))
        let (prefix, tags) = (try reader.need(reader.readPrefixed()), try reader.tags(limit: TagSet.maximumBucketTagCount))
        let (lower, upper) = (try reader.optionalInt(), try reader.optionalInt())
        let expiration: Expiration?
        switch try reader.need(reader.readUInt8()) {
        case 0: expiration = nil
        case 1: expiration = .days(Int(try reader.need(reader.readInt64())))
        case 2: expiration = .date(try reader.timestamp())
        case 3: expiration = .expiredObjectDeleteMarker
        default: throw MalformedRecord()
        }
        let (days, newer, abort) = (try reader.optionalInt(), try reader.optionalInt(), try reader.optionalInt())
        do {
            let filter = try LifecycleFilter(
                prefix: prefix, tags: tags, objectSizeGreaterThan: lower.map { UInt64(clamping: $0) },
                objectSizeLessThan: upper.map { UInt64(clamping: $0) })
            var noncurrent: NoncurrentExpiration?
            if let days { noncurrent = try NoncurrentExpiration(noncurrentDays: days, newerNoncurrentVersions: newer) }
            try self.init(
                id: id, status: isEnabled ? .enabled : .disabled, filter: filter, expiration: expiration,
                noncurrentVersionExpiration: noncurrent, abortIncompleteMultipartUploadDays: abort)
        } catch { throw MalformedRecord() }
    }
}
