import ArgumentParser
import ObjectStore

struct BucketLifecyclePut: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Set the lifecycle rules of a bucket; those that it had are gone.",
        discussion: """
            Either one rule by flags, or all rules from a file with the JSON of `aws s3api
            put-bucket-lifecycle-configuration`. There are no transitions, as there is
            one storage class. While MFA delete is on, a code is asked for.

            $ coffer bucket lifecycle put backups --noncurrent-days 90 --keep-noncurrent 3
            $ coffer bucket lifecycle put tmp --prefix cache/ --expire-days 7 \\
                --abort-multipart-days 1
            $ coffer bucket lifecycle put backups --file lifecycle.json

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @Option(
        name: [.customLong("file"), .customLong("lifecycle-configuration")], help: JSONArgument.help("All rules"), completion: .file())
    var file: JSONArgument?
    @OptionGroup(title: "One rule") var rule: LifecycleRuleOptions
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard (file == nil) != rule.isEmpty else { throw ValidationError("give --file, or the flags of one rule") }
    }

    func check(in session: Session) throws {
        _ = try bucket.parse()
        if file == nil { _ = try rule.configuration() }
    }

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        let configuration =
            if let file {
                try LifecycleDocument.parse(file.read(in: session.context, option: "--file"))
            } else { try rule.configuration() }
        let token = try await mfa.token(if: objects.needsCode(in: bucket), for: objects, in: session)
        try await objects.putBucketLifecycleConfiguration(
            PutBucketLifecycleConfigurationRequest(bucket: bucket, configuration, mfa: token))
        try session.output.render(BucketNameResult(bucket))
    }
}

/// The rule that most people need.
struct LifecycleRuleOptions: ParsableArguments {
    @Option(name: .long, help: "What the rule is called.") var id: String?
    @Option(name: .long, help: "Only objects whose keys begin so.") var prefix: String?
    @Option(name: .long, help: "A current version expires after so many days: it gets a delete marker.") var expireDays: Int?
    @Option(name: .long, help: "A version that is no longer current is deleted for good after so many days.") var noncurrentDays: Int?
    @Option(name: .long, help: "… but so many of the newest of them stay, 1 to 100.") var keepNoncurrent: Int?
    @Option(name: .long, help: "An upload in parts is aborted so many days after it began.") var abortMultipartDays: Int?
    @Flag(name: .long, help: "Remove delete markers that have no version left behind them.") var expiredDeleteMarkers = false

    var isEmpty: Bool {
        id == nil && prefix == nil && expireDays == nil && noncurrentDays == nil && keepNoncurrent == nil && abortMultipartDays == nil
            && !expiredDeleteMarkers
    }

    func validate() throws {
        guard keepNoncurrent == nil || noncurrentDays != nil else { throw ValidationError("--keep-noncurrent needs --noncurrent-days") }
        guard expireDays == nil || !expiredDeleteMarkers else {
            throw ValidationError("give only one of --expire-days and --expired-delete-markers; the first does the second, too")
        }
    }

    func configuration() throws(ObjectStoreError) -> LifecycleConfiguration {
        var noncurrent: LifecycleRule.NoncurrentExpiration?
        if let noncurrentDays { noncurrent = try .init(noncurrentDays: noncurrentDays, newerNoncurrentVersions: keepNoncurrent) }
        let expiration: LifecycleRule.Expiration? =
            expireDays.map { .days($0) } ?? (expiredDeleteMarkers ? .expiredObjectDeleteMarker : nil)
        let rule = try LifecycleRule(
            id: id ?? LifecycleDocument.defaultID(1), filter: LifecycleFilter(prefix: Array((prefix ?? "").utf8)), expiration: expiration,
            noncurrentVersionExpiration: noncurrent, abortIncompleteMultipartUploadDays: abortMultipartDays)
        return try LifecycleConfiguration(rules: [rule])
    }
}
