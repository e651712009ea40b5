import ArgumentParser
import ObjectStore

/// `coffer bucket versioning`: whether old versions are kept.
struct BucketVersioningCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versioning", abstract: "Keep old versions of objects, or stop to keep new ones.",
        discussion: """
            $ coffer bucket versioning enable backups
            $ coffer bucket versioning get backups

            \(ExitStatus.help)
            """,
        subcommands: [BucketVersioningGet.self, BucketVersioningEnable.self, BucketVersioningSuspend.self])
}

/// Changes whether a bucket keeps versions, or whether their deletion needs a code.
enum BucketVersioningChange {
    /// - Parameter isCodeNeeded: also while MFA delete is off.
    static func put(
        _ configuration: VersioningConfiguration, to bucket: BucketName, _ mfa: MFAOption, isCodeNeeded: Bool = false,
        on objects: LocalObjectService, in session: Session
    ) async throws {
        let isNeeded = try await isCodeNeeded ? true : objects.needsCode(in: bucket)
        let token = try await mfa.token(if: isNeeded, for: objects, in: session)
        try await objects.putBucketVersioning(
            PutBucketVersioningRequest(bucket: bucket, versioningConfiguration: configuration, mfa: token))
        try await session.output.render(BucketVersioningResult(objects.getBucketVersioning(bucket), isAnswer: false))
    }
}

/// `VersioningConfiguration` of the S3 API.
struct VersioningMembers: Encodable {
    let status: String?
    let mfaDelete: String?

    private enum CodingKeys: String, CodingKey {
        case status
        case mfaDelete = "MFADelete"
    }

    init(_ configuration: VersioningConfiguration) {
        status = configuration.status == .unversioned ? nil : configuration.status.rawValue
        mfaDelete = configuration.mfaDelete?.rawValue
    }
}

extension VersioningConfiguration {
    /// `VersioningConfiguration` of the S3 API.
    var document: JSONValue {
        .object(present: ["Status": status == .unversioned ? nil : .string(status.rawValue), "MFADelete": .text(mfaDelete?.rawValue)])
    }

    /// In a table.
    var word: String {
        switch status {
        case .unversioned: "-"
        case .enabled, .suspended: mfaDelete == .enabled ? "\(status.rawValue), MFA" : status.rawValue
        }
    }
}

/// Output of GetBucketVersioning.
struct BucketVersioningResult: CommandResult {
    private let members: VersioningMembers
    private let isAnswer: Bool

    /// - Parameter isAnswer: whether somebody asked for it, or changed it.
    init(_ configuration: VersioningConfiguration, isAnswer: Bool) {
        members = VersioningMembers(configuration)
        self.isAnswer = isAnswer
    }

    func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

    var text: String {
        guard isAnswer else { return "" }
        return FieldsOutput([("Versioning", members.status ?? "never enabled"), ("MFA delete", members.mfaDelete ?? "Disabled")]).text
    }
}
