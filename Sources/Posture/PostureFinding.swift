public import Findings

/// What can be found, in one place: each kind has an id, a severity and a title; the fix names the thing and stands where it is found.
enum PostureFinding: String, CaseIterable, Sendable {
    case auditTrailDamaged = "doctor-audit-trail-damaged"
    case bucketNoKey = "doctor-bucket-no-key"
    case bucketNoMFADelete = "doctor-bucket-no-mfa-delete"
    case bucketUnversioned = "doctor-bucket-unversioned"
    case clockBehind = "doctor-clock-behind"
    case clockUnsynchronized = "doctor-clock-unsynchronized"
    case coreDumps = "doctor-core-dumps"
    case coreDumpsPiped = "doctor-core-dumps-piped"
    case coreDumpsPrivileged = "doctor-core-dumps-privileged"
    case cryptography = "doctor-cryptography"
    case diskUnencrypted = "doctor-disk-unencrypted"
    case fewRecoveryCodes = "doctor-few-recovery-codes"
    case fileOpen = "doctor-file-open"
    case fileOwner = "doctor-file-owner"
    case homeOpen = "doctor-home-open"
    case homeOwner = "doctor-home-owner"
    case keyFileMissing = "doctor-key-file-missing"
    case keyFileOpen = "doctor-key-file-open"
    case keyFileOwner = "doctor-key-file-owner"
    case keyFileSameDisk = "doctor-key-file-same-disk"
    case keyPendingDeletion = "doctor-key-pending-deletion"
    case keyRotationOff = "doctor-key-rotation-off"
    case keyUnrotated = "doctor-key-unrotated"
    case materialExpires = "doctor-material-expires"
    case neverScrubbed = "doctor-never-scrubbed"
    case noRecoveryCodes = "doctor-no-recovery-codes"
    case noRecoveryRecipient = "doctor-no-recovery-recipient"
    case noRecoverySeal = "doctor-no-recovery-seal"
    case noStore = "doctor-no-store"
    case notChecked = "doctor-not-checked"
    case parentWritable = "doctor-parent-writable"
    case scanOld = "doctor-scan-old"
    case scrubDamage = "doctor-scrub-damage"
    case scrubOld = "doctor-scrub-old"
    case sealOld = "doctor-seal-old"
    case singleSeal = "doctor-single-seal"
    case storeDamaged = "doctor-store-damaged"
    case storeInMemory = "doctor-store-in-memory"
    case storeReadOnly = "doctor-store-read-only"
    case swapUnencrypted = "doctor-swap-unencrypted"

    var severity: Severity {
        switch self {
        case .auditTrailDamaged, .keyFileOpen, .scrubDamage, .storeDamaged: .critical
        case .clockBehind, .homeOpen, .homeOwner, .keyFileOwner, .materialExpires, .noRecoveryCodes, .parentWritable, .singleSeal,
            .storeInMemory, .storeReadOnly:
            .high
        case .bucketUnversioned, .clockUnsynchronized, .coreDumpsPrivileged, .diskUnencrypted, .fileOpen, .fileOwner, .keyFileSameDisk,
            .keyPendingDeletion, .keyUnrotated, .neverScrubbed, .noRecoveryRecipient, .noRecoverySeal, .scrubOld, .swapUnencrypted:
            .medium
        case .bucketNoMFADelete, .coreDumps, .coreDumpsPiped, .fewRecoveryCodes, .keyFileMissing, .keyRotationOff, .notChecked, .scanOld,
            .sealOld:
            .low
        case .bucketNoKey, .cryptography, .noStore: .info
        }
    }

    /// Whether something that was acknowledged is lost or not certain.
    var isDamage: Bool { self == .auditTrailDamaged || self == .scrubDamage || self == .storeDamaged }

    var title: String {
        switch self {
        case .auditTrailDamaged: "The audit trail is not what was recorded."
        case .bucketNoKey: "Its objects are sealed under the store's default key, as those of other buckets are."
        case .bucketNoMFADelete: "Its versions can be deleted for good without a second factor."
        case .bucketUnversioned: "What is overwritten or deleted in it is gone."
        case .clockBehind: "The clock is behind an event that is on record."
        case .clockUnsynchronized: "Nothing keeps the clock right, by which codes, retention and deletion go."
        case .coreDumps: "A program that crashes writes its memory into a file."
        case .coreDumpsPiped: "The memory of a program that crashes is given to another program."
        case .coreDumpsPrivileged: "Programs with privileges leave core dumps that others may read."
        case .cryptography: "All cryptography is done by this library."
        case .diskUnencrypted: "The disk below the store is not encrypted: names, sizes and times are open to whoever has it."
        case .fewRecoveryCodes: "Few recovery codes are left."
        case .fileOpen: "Files of the store are open to other users."
        case .fileOwner: "Files of the store belong to another user."
        case .homeOpen: "The store's folder is open to other users."
        case .homeOwner: "The store's folder belongs to another user."
        case .keyFileMissing: "The key file of a seal is not there."
        case .keyFileOpen: "A key file, which opens the store, is open to other users."
        case .keyFileOwner: "A key file, which opens the store, belongs to another user."
        case .keyFileSameDisk: "A key file lies on the disk of the store that it opens: whoever has the disk has both."
        case .keyPendingDeletion: "The key is going to be deleted, and with it whatever only it opens."
        case .keyRotationOff: "The key is not rotated automatically."
        case .keyUnrotated: "The key's material is more than a year old."
        case .materialExpires: "Imported key material expires soon, and is deleted then."
        case .neverScrubbed: "The stored bytes were never read again."
        case .noRecoveryCodes: "No recovery code is left: a lost device cannot be replaced."
        case .noRecoveryRecipient: "Nothing but the keys of this store opens its objects."
        case .noRecoverySeal: "There is no recovery seal: all that opens the store may be lost together."
        case .noStore: "There is no store here."
        case .notChecked: "It was not checked."
        case .parentWritable: "Others can put another folder in the place of the store's."
        case .scanOld: "The endpoints were not scanned for a while."
        case .scrubDamage: "Stored objects were found damaged."
        case .scrubOld: "It is long ago that all stored bytes were read."
        case .sealOld: "The seal is more than a year old."
        case .singleSeal: "Only one seal opens the store: if it is lost, so are the keys."
        case .storeDamaged: "The store is not what was written."
        case .storeInMemory: "The store is kept in memory, and gone when the machine stops."
        case .storeReadOnly: "The disk failed to write, and the store takes no objects."
        case .swapUnencrypted: "Memory is written to a disk that is not encrypted. Keys are locked in memory; the content of files is not."
        }
    }

    /// - Parameter fix: the command, or what to do; nil where nothing has to be done.
    func finding(_ resource: String, _ evidence: [(String, String)] = [], fix: String? = nil, path: String? = nil) -> Finding {
        Finding(
            id: rawValue, severity: severity, resource: resource, title: title, evidence: evidence.map { Evidence($0.0, $0.1) },
            remediation: fix, location: path.map { FindingLocation(path: $0) })
    }
}

extension Finding {
    /// Whether it says that data is lost or not certain; the exit status is then that of damaged data.
    public var isPostureDamage: Bool { PostureFinding(rawValue: id)?.isDamage ?? false }
    /// Whether it says that something was not checked.
    public var isUnchecked: Bool { id == PostureFinding.notChecked.rawValue }
}
