import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectRetentionPut: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Set, extend or remove the retention of a version (PutObjectRetention).",
        discussion: """
            GOVERNANCE can be shortened with --bypass-governance-retention, COMPLIANCE can
            only be extended. While MFA delete is on, weakening it needs a code.

            $ coffer object retention put --bucket evidence --key a.tar \\
                --mode compliance --retain-until-date 2033-01-01
            $ coffer object retention put --bucket evidence --key a.tar --none \\
                --bypass-governance-retention

            \(ExitStatus.help)
            """)

    @OptionGroup var object: ObjectOptions
    @OptionGroup var version: VersionOption
    @Option(name: .long, help: "GOVERNANCE or COMPLIANCE.") var mode: RetentionMode?
    @Option(name: .long, help: ArgumentHelp("Until when it is locked.", valueName: "time")) var retainUntilDate: String?
    @Flag(name: .long, help: "Remove the retention.") var none = false
    @OptionGroup var bypass: BypassOption
    @OptionGroup var mfa: MFAOption
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        let isComplete = mode != nil && retainUntilDate != nil
        let isEmpty = mode == nil && retainUntilDate == nil
        guard none ? isEmpty : isComplete else { throw ValidationError("give --mode and --retain-until-date, or --none") }
    }

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> PutObjectRetentionRequest {
        var retention: Retention?
        if let mode, let retainUntilDate {
            retention = Retention(mode: mode, retainUntilDate: try Timestamp(rfc3339: retainUntilDate, option: "--retain-until-date"))
        }
        var request = PutObjectRetentionRequest(try object.reference(version, in: session), retention: retention)
        request.bypassGovernanceRetention = bypass.bypassGovernanceRetention
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        var request = try request(in: session)
        let isNeeded = try await weakens(request, objects, in: session) ? objects.needsCode(in: request.object.bucket) : false
        request.mfa = try await mfa.token(if: isNeeded, for: objects, in: session)
        try await objects.putObjectRetention(request)
        try session.output.render(S3Answer(["Bucket": .string(object.bucket), "Key": .string(object.key)]))
    }

    private func weakens(_ request: PutObjectRetentionRequest, _ objects: LocalObjectService, in session: Session) async throws -> Bool {
        let current: Retention
        do throws(ObjectStoreError) {
            current = try await objects.getObjectRetention(request.object)
        } catch {
            guard error.code == .noSuchObjectLockConfiguration else { throw error }
            return false
        }
        return ObjectLockRules.weakens(request.retention, after: current, now: try session.context.clock.read().wall)
    }
}
