public import Findings
import KeyStore

/// What check and scrub can find, in one place: each kind has an id, a severity and a remedy (Docs/ObjectStore.md lists them).
enum StoreFinding: String, CaseIterable, Sendable {
    case databaseDamaged = "database-damaged"
    case damagedRow = "damaged-row"
    case versionsChanged = "versions-changed"
    case bucketsChanged = "buckets-changed"
    case missingSeal = "missing-seal"
    case missingBlob = "missing-blob"
    case blobSize = "blob-size"
    case bitRot = "bit-rot"
    case undecryptable = "undecryptable"
    case partsChanged = "parts-changed"
    case blobHeader = "blob-header"
    case referenceCount = "reference-count"
    case unreferencedRow = "unreferenced-row"
    case orphanBlob = "orphan-blob"
    case foreignFile = "foreign-file"
    case doomedBlob = "doomed-blob"
    case abandonedUpload = "abandoned-upload"
    case keyUnusable = "key-unusable"
    case clockSetBack = "clock-set-back"
    case storeFailed = "store-failed"

    var severity: Severity {
        switch self {
        case .databaseDamaged, .damagedRow, .versionsChanged, .bucketsChanged, .missingSeal, .missingBlob, .blobSize, .bitRot,
            .undecryptable, .partsChanged:
            .critical
        case .keyUnusable, .storeFailed: .high
        case .blobHeader, .referenceCount, .clockSetBack: .medium
        case .unreferencedRow, .orphanBlob, .foreignFile: .low
        case .doomedBlob, .abandonedUpload: .info
        }
    }

    /// Whether bytes or facts that were acknowledged are lost or not certain.
    var isDamage: Bool { severity == .critical }

    var title: String {
        switch self {
        case .databaseDamaged: "The database is damaged."
        case .damagedRow: "A row is not what was written."
        case .versionsChanged: "Versions were removed, added or put back behind the store's back."
        case .bucketsChanged: "Buckets, or what is configured for them, were removed, added or put back behind the store's back."
        case .missingSeal: "The header of a version is gone, so that it cannot be opened."
        case .missingBlob: "The file with the bytes of a version is gone."
        case .blobSize: "The file with the bytes of a version has another size than what was written."
        case .bitRot: "The stored bytes of a version are not what was written."
        case .undecryptable: "A version could not be opened, so that its bytes were not verified."
        case .partsChanged: "A version has not the parts that it was made of."
        case .blobHeader: "The header in a file is not that of its version; without the database the file could not be opened."
        case .referenceCount: "It is counted wrongly how many versions have a payload."
        case .unreferencedRow: "A row belongs to no version and no upload."
        case .orphanBlob: "A file belongs to no version: what a crash leaves of a write that was not acknowledged, or of a deletion."
        case .foreignFile: "A file in the folder of objects is none of the store's."
        case .doomedBlob: "The file of a deleted version waits to be removed."
        case .abandonedUpload: "An upload in parts was neither completed nor aborted for a week."
        case .keyUnusable: "A KMS key cannot open the objects under it."
        case .clockSetBack: "The clock is behind a time that is certainly past, so that no code is accepted."
        case .storeFailed: "The disk failed to write, and the store takes no writes."
        }
    }

    var remediation: String {
        switch self {
        case .databaseDamaged:
            "Copy the store somewhere else, then restore objects.sqlite from a backup; the files in objects/ are age files."
        case .damagedRow, .missingSeal, .partsChanged, .missingBlob, .blobSize, .bitRot:
            "Restore the object from another copy, and look at the disk."
        case .versionsChanged, .bucketsChanged: "Compare `coffer ls --versions` with the audit trail (`coffer audit list`)."
        case .undecryptable, .keyUnusable: "Look at the key: `coffer key describe KEY`; then scrub again."
        case .blobHeader: "`coffer store rewrap --all` writes headers anew."
        case .referenceCount, .unreferencedRow, .orphanBlob:
            "`coffer store check --repair`; files are put into objects/quarantine, not removed."
        case .foreignFile: "Move it somewhere else."
        case .doomedBlob: "`coffer store maintain`"
        case .abandonedUpload: "`coffer object upload abort`, or a lifecycle rule that aborts uploads."
        case .clockSetBack: "Set the clock."
        case .storeFailed: "Look at the disk; a check that finds no damage lets the store be written again."
        }
    }

    func finding(_ resource: String, _ evidence: [(String, String)] = [], path: String? = nil) -> Finding {
        Finding(
            id: rawValue, severity: severity, resource: resource, title: title, evidence: evidence.map { Evidence($0.0, $0.1) },
            remediation: remediation, location: path.map { FindingLocation(path: $0) })
    }
}

extension Finding {
    /// Whether it says that data is lost or not certain; the exit status is then that of damaged data.
    public var isStoreDamage: Bool { StoreFinding(rawValue: id)?.isDamage ?? false }
}

extension SealedName {
    /// As people name a version.
    var versionDescription: String { "\(description) (version \(Hex.encode(uid)))" }
}
