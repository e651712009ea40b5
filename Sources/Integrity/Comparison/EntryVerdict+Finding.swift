public import Findings
import SystemPackage

extension EntryVerdict {
    /// How bad the verdict is. Damage is critical: nobody intended it, and what it hit is lost unless there is another copy.
    public var severity: Severity {
        switch verdict {
        case .rotted, .truncated: .critical
        case .unreadable, .removed: .high
        case .modified, .extended, .typeChanged: .medium
        case .moved, .added, .metadataChanged: .low
        case .intact: .info
        }
    }

    /// The verdict for a report.
    /// - Parameter folder: in which the entry is, in front of its path in locations; nil for relative ones.
    public func finding(in folder: [UInt8]? = nil) -> Finding {
        let place = (folder.map { $0 + [EntryPath.slash] } ?? []) + (newPath ?? path).bytes
        return Finding(
            id: "manifest-\(verdict.rawValue)", severity: severity, resource: path.description, title: title, evidence: evidence,
            remediation: remediation, references: ["Docs/Integrity.md"],
            location: FindingLocation(path: place, byteRange: ranges.first))
    }

    private var title: String {
        switch verdict {
        case .intact: "is what it was"
        case .modified: "its content is another"
        case .rotted: "its content changed although nothing wrote to it"
        case .truncated: "it ends too early"
        case .extended: "something was added behind its content"
        case .moved: "it is at another place"
        case .added: "the manifest does not name it"
        case .removed: "it is not there"
        case .metadataChanged: "its content is what it was, its metadata is not"
        case .unreadable: "its content could not be read"
        case .typeChanged: "it is something else now"
        }
    }

    private var evidence: [Evidence] {
        var evidence: [Evidence] = []
        if let newPath { evidence.append(Evidence("now at", newPath.description)) }
        if let newType { evidence.append(Evidence("type", "was \(type.description), is \(newType.description)")) }
        if let byteCount, let newByteCount, byteCount != newByteCount {
            evidence.append(Evidence("size", "was \(byteCount), is \(newByteCount)"))
        } else if let byteCount = byteCount ?? newByteCount {
            evidence.append(Evidence("size", "\(byteCount)"))
        }
        if !ranges.isEmpty { evidence.append(Evidence(verdict == .unreadable ? "unreadable bytes" : "changed bytes", rangeText)) }
        if let errno { evidence.append(Evidence("error", "\(errno)")) }
        for field in MetadataField.allCases {
            guard let change = changedFields[field] else { continue }
            evidence.append(Evidence(field.label, "was \(change.before), is \(change.after)"))
        }
        if let remark { evidence.append(Evidence("note", remark.text)) }
        return evidence
    }

    /// `65536-131071, 196608-262143, and 7 more ranges`: first and last byte, as HTTP and `dd` users write it.
    private var rangeText: String {
        let shown = 16
        let texts = ranges.prefix(shown).map { "\($0.lowerBound)-\($0.upperBound - 1)" }
        return (texts + (ranges.count > shown ? ["and \(ranges.count - shown) more ranges"] : [])).joined(separator: ", ")
    }

    private var remediation: String? {
        switch verdict {
        case .intact: nil
        case .unreadable: unreadableRemediation
        case .rotted, .truncated: "restore it from another copy, and look at the disk (smartctl, dmesg)"
        case .removed: "restore it, or accept that it is gone"
        case .modified where remark == .modificationTimeKept:
            "find out who set its modification time back; restore it if nobody should have"
        case .modified, .extended, .typeChanged, .moved, .added, .metadataChanged:
            "restore it, or accept it if this was intended"
        }
    }

    private var unreadableRemediation: String {
        switch (remark, errno) {
        case (.doesNotOpen, _): "see to its key: `coffer inspect` shows which one, `coffer key list` its state"
        case (.unreadWhenRecorded, _): "make the manifest again, or update it, as somebody who may read everything"
        case (_, .permissionDenied), (_, .notPermitted): "verify as somebody who may read it"
        default: "restore it from another copy, and look at the disk (smartctl, dmesg)"
        }
    }
}

extension MetadataField {
    fileprivate var label: String {
        switch self {
        case .permissions: "permissions"
        case .owner: "owner"
        case .modificationTime: "modification time"
        case .attributes: "extended attributes"
        case .linkTarget: "leads to"
        case .deviceNumber: "device number"
        }
    }
}

extension EntryVerdict.Remark {
    /// For people.
    public var text: String {
        switch self {
        case .modificationTimeKept: "the modification time is what it was, but the change time is not: it was set back"
        case .changedWhileRead: "it was being written while it was read"
        case .unreadWhenRecorded: "it could not be read when the manifest was made, so nobody knows what it was"
        case .digestOnly: "the manifest has a digest of it and no tree, so the place is not known"
        case .leavesDamaged(let manifest): "\(manifest) is damaged where it says which pieces this file has, so the place is not known"
        case .doesNotOpen(let reason): "the stored bytes are what they were, but it does not open: \(reason)"
        case .notRead: "the content was not read"
        case .notGiven(let reason): reason
        }
    }
}
