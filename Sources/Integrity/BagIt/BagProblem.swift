public import Findings
public import SystemPackage

/// One thing that is wrong with a bag, or worth knowing about it.
public struct BagProblem: Sendable, Hashable {
    /// What it is; the raw value, after `bag-`, is the stable name for programs.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        // The payload and the tag files
        case missingFile = "missing-file"
        /// Not there, but `fetch.txt` says where it is.
        case notFetched = "not-fetched"
        case extraFile = "extra-file"
        case checksumMismatch = "checksum-mismatch"
        case oxumMismatch = "oxum-mismatch"
        case notInEveryManifest = "not-in-every-manifest"
        case unreadable
        case symbolicLink = "symbolic-link"
        case notAFile = "not-a-file"

        // The form
        case noDeclaration = "no-declaration"
        case invalidDeclaration = "invalid-declaration"
        case unsupportedVersion = "unsupported-version"
        case unsupportedEncoding = "unsupported-encoding"
        case noPayloadFolder = "no-payload-folder"
        case noManifest = "no-manifest"
        case unsupportedAlgorithm = "unsupported-algorithm"
        case malformedLine = "malformed-line"
        case unsafePath = "unsafe-path"
        case outsidePayload = "outside-payload"
        /// Listed twice in one manifest.
        case duplicateEntry = "duplicate-entry"
        case conflictingEntry = "conflicting-entry"
        case fetchNotListed = "fetch-not-listed"
        case noOxum = "no-oxum"
        case malformedOxum = "malformed-oxum"
        case repeatedOxum = "repeated-oxum"
        case tooLarge = "too-large"

        // What other systems may stumble over
        case nameCollision = "name-collision"
        case otherNormalization = "other-normalization"
        case systemFile = "system-file"
        case relativePath = "relative-path"
        case checksumToolStyle = "checksum-tool-style"
        case unencodedPercent = "unencoded-percent"
        case unusualLine = "unusual-line"
        case byteOrderMark = "byte-order-mark"
        case noTagManifest = "no-tag-manifest"
    }

    public let kind: Kind
    public let severity: Severity
    /// In the bag; empty for the bag itself.
    public let path: [UInt8]
    /// Of a tag file, from 1.
    public let line: Int?
    /// One sentence without the path.
    public let detail: String
    public let evidence: [Evidence]

    init(
        _ kind: Kind, _ path: [UInt8] = [], line: Int? = nil, _ detail: String, severity: Severity? = nil, evidence: [Evidence] = []
    ) {
        self.kind = kind
        self.severity = severity ?? kind.severity
        self.path = path
        self.line = line
        self.detail = detail
        self.evidence = evidence
    }

    /// Whether content is lost or is not what it was.
    public var isDamage: Bool {
        switch kind {
        case .missingFile, .checksumMismatch, .unreadable: true
        default: false
        }
    }

    /// Whether the bag is not complete: something is not there, or there and not accounted for (RFC 8493 §3).
    public var breaksCompleteness: Bool {
        switch kind {
        case .checksumMismatch: false
        default: severity > .info
        }
    }
}

extension BagProblem.Kind {
    /// As bad as it is at least; some are worse or better by version.
    var severity: Severity {
        switch self {
        case .missingFile, .checksumMismatch: .critical
        case .notFetched, .oxumMismatch, .unreadable, .symbolicLink, .noManifest, .noPayloadFolder, .unsafePath, .conflictingEntry: .high
        case .extraFile, .notInEveryManifest, .notAFile, .noDeclaration, .invalidDeclaration, .unsupportedVersion, .unsupportedEncoding,
            .unsupportedAlgorithm, .malformedLine, .outsidePayload, .duplicateEntry, .fetchNotListed, .noOxum, .malformedOxum, .tooLarge:
            .medium
        case .repeatedOxum: .low
        case .nameCollision, .otherNormalization, .systemFile, .relativePath, .checksumToolStyle, .unencodedPercent, .unusualLine,
            .byteOrderMark, .noTagManifest:
            .info
        }
    }

    /// What to do about it.
    var remediation: String? {
        switch self {
        case .missingFile, .checksumMismatch, .unreadable, .oxumMismatch:
            "get the bag again from where it came from, or the file from another copy; make no new manifest from what is left"
        case .notFetched: "fetch the file as fetch.txt says, then validate again"
        case .extraFile, .notInEveryManifest: "move the file out of data/, or make the bag again"
        case .symbolicLink, .notAFile: "replace it by the file that it stands for; links are never followed"
        case .unsupportedAlgorithm: "validate with a tool that knows the algorithm, or add a manifest of sha256 or sha512"
        case .nameCollision, .otherNormalization: "rename the file before the bag goes to a system that cannot tell such names apart"
        case .noTagManifest, .relativePath, .checksumToolStyle, .unencodedPercent, .unusualLine, .byteOrderMark, .systemFile: nil
        default: "ask whoever made the bag for a correct one, or make it again from its content with `coffer bag create`"
        }
    }
}

extension BagProblem {
    /// As a finding.
    /// - Parameter bag: the path of the bag.
    public func finding(in bag: FilePath) -> Finding {
        let bag = bag.bagBytes
        let place = path.isEmpty ? bag.visiblePath : path.visiblePath
        return Finding(
            id: "bag-\(kind.rawValue)", severity: severity, resource: line.map { "\(place), line \($0)" } ?? place, title: detail,
            evidence: evidence, remediation: kind.remediation, references: ["RFC 8493"],
            location: FindingLocation(path: path.isEmpty ? bag : bag + [EntryPath.slash] + path))
    }
}
