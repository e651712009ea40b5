import ArgumentParser
import ObjectStore

/// `coffer bucket retention`: S3's Object Lock configuration.
struct BucketRetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "How long new versions cannot be deleted, unless their request says otherwise.",
        discussion: """
            The bucket needs versioning. The first `put` turns Object Lock on, for good.

            $ coffer bucket retention put evidence --mode compliance --years 7
            $ coffer bucket retention get evidence

            \(ExitStatus.help)
            """,
        subcommands: [BucketRetentionGet.self, BucketRetentionPut.self])
}

/// `ObjectLockConfiguration` of the S3 API.
struct ObjectLockMembers: Encodable {
    private struct Rule: Encodable {
        let defaultRetention: DefaultRetention
    }

    private struct DefaultRetention: Encodable {
        let days: Int?
        let mode: String
        let years: Int?
    }

    private let objectLockEnabled = "Enabled"
    private let rule: Rule?
    let sentence: String

    private enum CodingKeys: String, CodingKey { case objectLockEnabled, rule }

    init(_ configuration: ObjectLockConfiguration) {
        guard let retention = configuration.defaultRetention else {
            rule = nil
            sentence = "on, without a default retention"
            return
        }
        let (days, years): (Int?, Int?) =
            switch retention.period {
            case .days(let days): (days, nil)
            case .years(let years): (nil, years)
            }
        rule = Rule(defaultRetention: DefaultRetention(days: days, mode: retention.mode.rawValue, years: years))
        let period = days.map { "\($0) \($0 == 1 ? "day" : "days")" } ?? years.map { "\($0) \($0 == 1 ? "year" : "years")" } ?? ""
        sentence = "on, \(retention.mode.rawValue) for \(period)"
    }
}

/// Output of GetObjectLockConfiguration.
struct BucketRetentionResult: CommandResult {
    private let objectLockConfiguration: ObjectLockMembers

    init(_ configuration: ObjectLockConfiguration) { objectLockConfiguration = ObjectLockMembers(configuration) }

    var text: String { "Object Lock: \(objectLockConfiguration.sentence)\n" }
}

/// S3 writes it in capitals; people may write `governance`.
extension RetentionMode: AWSName {}
extension LegalHoldStatus: AWSName {}
