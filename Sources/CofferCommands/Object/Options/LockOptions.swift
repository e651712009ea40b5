import ArgumentParser
import KeyStore
import ObjectStore

/// The lock of a new version.
struct LockOptions: ParsableArguments {
    @Option(name: .long, help: "Lock it: GOVERNANCE or COMPLIANCE.") var objectLockMode: RetentionMode?
    @Option(name: .long, help: ArgumentHelp("Until when it is locked.", valueName: "time")) var objectLockRetainUntilDate: String?
    @Option(name: .long, help: "ON: it cannot be deleted until the hold is lifted.") var objectLockLegalHoldStatus: LegalHoldStatus?

    func validate() throws {
        guard (objectLockMode == nil) == (objectLockRetainUntilDate == nil) else {
            throw ValidationError("--object-lock-mode and --object-lock-retain-until-date need each other")
        }
    }

    func retention() throws -> Retention? {
        guard let objectLockMode, let objectLockRetainUntilDate else { return nil }
        return Retention(
            mode: objectLockMode,
            retainUntilDate: try Timestamp(rfc3339: objectLockRetainUntilDate, option: "--object-lock-retain-until-date"))
    }
}

/// Which key seals a new object.
struct EncryptionOptions: ParsableArguments {
    @Option(name: .long, help: "aws:kms, which all objects have.") var serverSideEncryption: ServerSideEncryption?

    @Option(
        name: .customLong("ssekms-key-id"), help: ArgumentHelp("The key to seal it under; without it, the bucket's.", valueName: "key"))
    var ssekmsKeyID: KeyReference?

    var keyName: String? { ssekmsKeyID?.serviceName }
}

extension ServerSideEncryption: AWSName {
    init?(argument: String) { self.init(rawValue: argument) }
}

/// `--tagging` of `aws s3api`: `a=b&c=d`, percent-encoded.
struct TaggingOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Tags, percent-encoded: a=b&c=d; at most 10.", valueName: "tags")) var tagging: String?

    func parse() throws(ObjectStoreError) -> TagSet? {
        guard let tagging else { return nil }
        return try TagSet(query: tagging)
    }
}

/// What a command says that acts against governance retention.
struct BypassOption: ParsableArguments {
    @Flag(name: .long, help: "Go against GOVERNANCE retention.") var bypassGovernanceRetention = false
}
