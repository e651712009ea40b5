import ArgumentParser
import ObjectStore

struct BucketRetentionPut: OneBucketCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Set the retention that new versions get; turns Object Lock on, for good.",
        discussion: """
            GOVERNANCE can be lifted by a request that says so
            (--bypass-governance-retention), COMPLIANCE by nobody before its time. While
            MFA delete is on, a weaker default needs a code.

            $ coffer bucket retention put evidence --mode governance --days 30
            $ coffer bucket retention put evidence --none

            \(ExitStatus.help)
            """)

    @OptionGroup var bucket: BucketArgument
    @Option(name: .long, help: "GOVERNANCE or COMPLIANCE.") var mode: RetentionMode?
    @Option(name: .long, help: "How many days.") var days: Int?
    @Option(name: .long, help: "How many years, of 365 days.") var years: Int?
    @Flag(name: .long, help: "No default: only what requests ask for is locked.") var none = false
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        let isComplete = mode != nil && (days == nil) != (years == nil)
        let isEmpty = mode == nil && days == nil && years == nil
        guard none ? isEmpty : isComplete else { throw ValidationError("give --mode with --days or --years, or --none") }
    }

    func check(in session: Session) throws { _ = try (bucket.parse(), configuration()) }

    func run(_ bucket: BucketName, on objects: LocalObjectService, in session: Session) async throws {
        let configuration = try configuration()
        let isCodeNeeded = try await weakens(configuration, bucket, objects) ? objects.needsCode(in: bucket) : false
        let token = try await mfa.token(if: isCodeNeeded, for: objects, in: session)
        try await objects.putObjectLockConfiguration(PutObjectLockConfigurationRequest(bucket: bucket, configuration, mfa: token))
        try session.output.render(BucketNameResult(bucket))
    }

    private func configuration() throws(ObjectStoreError) -> ObjectLockConfiguration {
        guard let mode else { return ObjectLockConfiguration() }
        let period = days.map(DefaultRetention.Period.days) ?? years.map(DefaultRetention.Period.years)
        guard let period else { return ObjectLockConfiguration() }
        return ObjectLockConfiguration(defaultRetention: try DefaultRetention(mode: mode, period: period))
    }

    private func weakens(
        _ configuration: ObjectLockConfiguration, _ bucket: BucketName, _ objects: LocalObjectService
    ) async throws(ObjectStoreError) -> Bool {
        let current: ObjectLockConfiguration
        do throws(ObjectStoreError) {
            current = try await objects.getObjectLockConfiguration(bucket)
        } catch {
            guard error.code == .objectLockConfigurationNotFound else { throw error }
            return false
        }
        return ObjectLockRules.weakens(configuration, after: current)
    }
}
