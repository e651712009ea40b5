import ArgumentParser
import KeyStore
import ObjectStore

/// The conditions of a request that reads.
struct ReadConditionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only if the object's ETag is one of these; * for any.", valueName: "etag")) var ifMatch:
        String?
    @Option(name: .long, help: ArgumentHelp("Only if the object's ETag is none of these.", valueName: "etag")) var ifNoneMatch: String?
    @Option(name: .long, help: ArgumentHelp("Only if it was modified after this time.", valueName: "time")) var ifModifiedSince: String?
    @Option(name: .long, help: ArgumentHelp("Only if it was not modified after this time.", valueName: "time")) var ifUnmodifiedSince:
        String?

    func parse() throws -> ReadConditions {
        try ConditionArguments.parse(ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, prefix: "--if")
    }
}

/// The conditions on the source of a copy.
struct CopySourceConditionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only if the source's ETag is one of these; * for any.", valueName: "etag"))
    var copySourceIfMatch: String?
    @Option(name: .long, help: ArgumentHelp("Only if the source's ETag is none of these.", valueName: "etag"))
    var copySourceIfNoneMatch: String?
    @Option(name: .long, help: ArgumentHelp("Only if the source was modified after this time.", valueName: "time"))
    var copySourceIfModifiedSince: String?
    @Option(name: .long, help: ArgumentHelp("Only if the source was not modified after this time.", valueName: "time"))
    var copySourceIfUnmodifiedSince: String?

    func parse() throws -> ReadConditions {
        try ConditionArguments.parse(
            copySourceIfMatch, copySourceIfNoneMatch, copySourceIfModifiedSince, copySourceIfUnmodifiedSince,
            prefix: "--copy-source-if")
    }
}

/// The conditions of a request that writes.
struct WriteConditionOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only if this is the ETag of the object that is there.", valueName: "etag")) var ifMatch:
        String?
    @Option(name: .long, help: ArgumentHelp("* : only if there is no such object.", valueName: "*")) var ifNoneMatch: String?

    func parse() throws(ObjectStoreError) -> WriteConditions {
        try WriteConditions(ifMatch: ConditionArguments.tags(ifMatch), ifNoneMatch: ConditionArguments.tags(ifNoneMatch))
    }
}

enum ConditionArguments {
    static func parse(
        _ match: String?, _ noneMatch: String?, _ modified: String?, _ unmodified: String?, prefix: String
    ) throws -> ReadConditions {
        try ReadConditions(
            ifMatch: tags(match), ifNoneMatch: tags(noneMatch),
            ifModifiedSince: modified.map { try Timestamp(rfc3339: $0, option: "\(prefix)-modified-since") },
            ifUnmodifiedSince: unmodified.map { try Timestamp(rfc3339: $0, option: "\(prefix)-unmodified-since") })
    }

    static func tags(_ text: String?) throws(ObjectStoreError) -> ETagCondition? {
        guard let text else { return nil }
        return try ETagCondition(text)
    }
}
