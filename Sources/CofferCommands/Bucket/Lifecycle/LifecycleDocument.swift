import Findings
import KeyStore
import ObjectStore

/// `BucketLifecycleConfiguration` of the S3 API, as JSON.
struct LifecycleDocument: CommandResult {
    private struct Rule: Encodable {
        let id: String
        let status: String
        let filter: Filter
        let expiration: Expiration?
        let noncurrentVersionExpiration: Noncurrent?
        let abortIncompleteMultipartUpload: Abort?

        enum CodingKeys: String, CodingKey {
            case id = "ID"
            case status, filter, expiration, noncurrentVersionExpiration, abortIncompleteMultipartUpload
        }
    }

    /// One condition stands alone, several stand under `And`.
    private struct Filter: Encodable {
        var prefix: String?
        var tag: TagMembers?
        var tags: [TagMembers]?
        var objectSizeGreaterThan: UInt64?
        var objectSizeLessThan: UInt64?
        var and: [Filter]

        private enum CodingKeys: String, CodingKey { case prefix, tag, tags, objectSizeGreaterThan, objectSizeLessThan, and }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(prefix, forKey: .prefix)
            try container.encodeIfPresent(tag, forKey: .tag)
            try container.encodeIfPresent(tags, forKey: .tags)
            try container.encodeIfPresent(objectSizeGreaterThan, forKey: .objectSizeGreaterThan)
            try container.encodeIfPresent(objectSizeLessThan, forKey: .objectSizeLessThan)
            try container.encodeIfPresent(and.first, forKey: .and)
        }
    }

    private struct Expiration: Encodable {
        var days: Int?
        var date: String?
        var expiredObjectDeleteMarker: Bool?
    }

    private struct Noncurrent: Encodable {
        let noncurrentDays: Int
        let newerNoncurrentVersions: Int?
    }

    private struct Abort: Encodable {
        let daysAfterInitiation: Int
    }

    private let rules: [Rule]
    private let sentences: [String]

    private enum CodingKeys: String, CodingKey { case rules }

    init(_ configuration: LifecycleConfiguration) {
        rules = configuration.rules.map(Self.members)
        sentences = configuration.rules.map(\.sentence)
    }

    var text: String { sentences.map { $0 + "\n" }.joined() }

    /// Of a rule without one, from 1.
    static func defaultID(_ number: Int) -> String { "rule-\(number)" }

    // MARK: Writing

    private static func members(_ rule: LifecycleRule) -> Rule {
        let expiration: Expiration? =
            switch rule.expiration {
            case nil: nil
            case .days(let days): Expiration(days: days)
            case .date(let date): Expiration(date: date.rfc3339)
            case .expiredObjectDeleteMarker: Expiration(expiredObjectDeleteMarker: true)
            }
        return Rule(
            id: rule.id, status: rule.status.rawValue, filter: members(rule.filter), expiration: expiration,
            noncurrentVersionExpiration: rule.noncurrentVersionExpiration.map {
                Noncurrent(noncurrentDays: $0.noncurrentDays, newerNoncurrentVersions: $0.newerNoncurrentVersions)
            },
            abortIncompleteMultipartUpload: rule.abortIncompleteMultipartUploadDays.map(Abort.init))
    }

    private static func members(_ filter: LifecycleFilter) -> Filter {
        let tags = TagMembers.all(of: filter.tags)
        let conditionCount =
            (filter.prefix.isEmpty ? 0 : 1) + tags.count + (filter.objectSizeGreaterThan == nil ? 0 : 1)
            + (filter.objectSizeLessThan == nil ? 0 : 1)
        var members = Filter(
            prefix: filter.prefix.isEmpty && conditionCount > 0 ? nil : String(decoding: filter.prefix, as: UTF8.self),
            objectSizeGreaterThan: filter.objectSizeGreaterThan, objectSizeLessThan: filter.objectSizeLessThan, and: [])
        guard conditionCount > 1 else {
            members.tag = tags.first
            return members
        }
        members.tags = tags.isEmpty ? nil : tags
        return Filter(and: [members])
    }
}

// MARK: - Reading

extension LifecycleDocument {
    /// - Throws: `NotImplemented` for a member that is not offered, by its name.
    static func parse(_ document: JSONDocument) throws -> LifecycleConfiguration {
        var members = try document.members()
        var rules: [LifecycleRule] = []
        let entries = try members.required(members.array("Rules"), "Rules")
        for (index, entry) in entries.enumerated() { rules.append(try rule(entry, number: index + 1)) }
        try members.requireEnd()
        return try LifecycleConfiguration(rules: rules)
    }

    private static func rule(_ entry: JSONMembers, number: Int) throws -> LifecycleRule {
        var members = entry
        let id = try members.string("ID") ?? defaultID(number)
        let statusText = try members.required(members.string("Status"), "Status")
        guard let status = LifecycleRule.Status(rawValue: statusText) else {
            throw CommandError(.malformedInput, "the Status of a lifecycle rule is Enabled or Disabled, not \(statusText.prefix(40))")
        }
        var filter = try members.object("Filter").map(filter) ?? .all
        // The older form, which S3 takes as well.
        if let prefix = try members.string("Prefix") {
            guard filter == .all else { throw CommandError(.malformedInput, "a lifecycle rule has a Filter or a Prefix, not both") }
            filter = try LifecycleFilter(prefix: Array(prefix.utf8))
        }
        let expiration = try members.object("Expiration").map(expiration)
        let noncurrent = try members.object("NoncurrentVersionExpiration").map(noncurrentExpiration)
        let abortDays = try members.object("AbortIncompleteMultipartUpload").map(abortDays)
        try members.requireEnd()
        return try LifecycleRule(
            id: id, status: status, filter: filter, expiration: expiration, noncurrentVersionExpiration: noncurrent,
            abortIncompleteMultipartUploadDays: abortDays)
    }

    private static func filter(_ entry: JSONMembers) throws -> LifecycleFilter {
        var members = entry
        if var and = try members.object("And") {
            try members.requireEnd()
            let tags = try and.array("Tags")?.map(tag) ?? []
            return try conditions(&and, tags)
        }
        let tags = try members.object("Tag").map { [try tag($0)] } ?? []
        return try conditions(&members, tags)
    }

    private static func conditions(_ members: inout JSONMembers, _ tags: [ObjectTag]) throws -> LifecycleFilter {
        let prefix = try members.string("Prefix") ?? ""
        let (lower, upper) = try (size(&members, "ObjectSizeGreaterThan"), size(&members, "ObjectSizeLessThan"))
        try members.requireEnd()
        return try LifecycleFilter(
            prefix: Array(prefix.utf8), tags: TagSet(tags), objectSizeGreaterThan: lower, objectSizeLessThan: upper)
    }

    private static func size(_ members: inout JSONMembers, _ name: String) throws -> UInt64? {
        guard let number = try members.integer(name) else { return nil }
        guard let size = UInt64(exactly: number) else { throw CommandError(.malformedInput, "\(name) is less than nothing") }
        return size
    }

    private static func tag(_ entry: JSONMembers) throws -> ObjectTag {
        var members = entry
        let tag = try ObjectTag(
            key: members.required(members.string("Key"), "Key"), value: members.required(members.string("Value"), "Value"))
        try members.requireEnd()
        return tag
    }

    private static func expiration(_ entry: JSONMembers) throws -> LifecycleRule.Expiration {
        var members = entry
        let days = try members.integer("Days").map { LifecycleRule.Expiration.days($0) }
        let date = try members.string("Date").map { LifecycleRule.Expiration.date(try Timestamp(rfc3339: $0, option: "Date")) }
        let marker = try members.bool("ExpiredObjectDeleteMarker").flatMap { $0 ? LifecycleRule.Expiration.expiredObjectDeleteMarker : nil }
        try members.requireEnd()
        let given = [days, date, marker].compactMap(\.self)
        guard let expiration = given.first, given.count == 1 else {
            throw CommandError(.malformedInput, "an Expiration has one of Days, Date and ExpiredObjectDeleteMarker")
        }
        return expiration
    }

    private static func noncurrentExpiration(_ entry: JSONMembers) throws -> LifecycleRule.NoncurrentExpiration {
        var members = entry
        let expiration = try LifecycleRule.NoncurrentExpiration(
            noncurrentDays: members.required(members.integer("NoncurrentDays"), "NoncurrentDays"),
            newerNoncurrentVersions: members.integer("NewerNoncurrentVersions"))
        try members.requireEnd()
        return expiration
    }

    private static func abortDays(_ entry: JSONMembers) throws -> Int {
        var members = entry
        let days = try members.required(members.integer("DaysAfterInitiation"), "DaysAfterInitiation")
        try members.requireEnd()
        return days
    }
}

extension LifecycleRule {
    /// The rule for people.
    fileprivate var sentence: String {
        var scope = filter.prefix.isEmpty ? "all objects" : "keys that begin with \(String(decoding: filter.prefix, as: UTF8.self))"
        let conditions =
            filter.tags.tags.map { "tag \($0.key)=\($0.value)" } + (filter.objectSizeGreaterThan.map { ["larger than \($0) bytes"] } ?? [])
            + (filter.objectSizeLessThan.map { ["smaller than \($0) bytes"] } ?? [])
        if !conditions.isEmpty { scope += ", " + conditions.joined(separator: ", ") }
        var actions: [String] = []
        switch expiration {
        case nil: break
        case .days(let days): actions.append("expire after \(CountText.of(days, "day"))")
        case .date(let date): actions.append("expire on \(date.rfc3339)")
        case .expiredObjectDeleteMarker: actions.append("remove delete markers with nothing behind them")
        }
        if let noncurrent = noncurrentVersionExpiration {
            let kept = noncurrent.newerNoncurrentVersions.map { ", but the newest \($0)" } ?? ""
            actions.append("delete versions \(CountText.of(noncurrent.noncurrentDays, "day")) after they were replaced\(kept)")
        }
        if let days = abortIncompleteMultipartUploadDays { actions.append("abort uploads after \(CountText.of(days, "day"))") }
        return visible("\(id) (\(status.rawValue)): \(scope): \(actions.joined(separator: "; "))")
    }
}
