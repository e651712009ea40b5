import Envelope
import Findings
import OpenSSL
import SystemPackage

/// One look at a bag: first its form, then whether all is there, then what was read.
struct BagExamination {
    struct LoadedManifest {
        let name: BagManifestName
        let manifest: BagManifest
    }

    var report = BagReport()
    let folder: BagFolder
    let tree: BagTree
    /// Sizes of the regular files, by path.
    let sizes: [EntryPath: UInt64]
    /// What is judged by; 1.0 where the bag does not say.
    private(set) var version = BagVersion.v10
    private(set) var manifests: [LoadedManifest] = []
    private(set) var fetch: BagFetch?
    private var budget: BagListBudget

    init(_ tree: BagTree, in folder: BagFolder, _ budget: BagListBudget = BagListBudget()) {
        self.folder = folder
        self.budget = budget
        self.tree = tree
        // A folder that is changed while it is read may give a name twice.
        sizes = Dictionary(tree.files.map { ($0.path, $0.status.byteCount) }, uniquingKeysWith: { _, latest in latest })
        let payload = tree.files.filter { BagPath.isPayload($0.path.bytes) }
        report.payload = PayloadOxum(byteCount: payload.map(\.status.byteCount).cappedSum, fileCount: UInt64(payload.count))
    }

    mutating func add(
        _ kind: BagProblem.Kind, _ path: [UInt8] = [], line: Int? = nil, _ detail: String, severity: Severity? = nil,
        evidence: [Evidence] = []
    ) {
        report.problems.append(BagProblem(kind, path, line: line, detail, severity: severity, evidence: evidence))
    }

    // MARK: Form

    mutating func examineForm(needsOxum: Bool) {
        let declaration = readDeclaration()
        version = declaration?.version ?? .v10
        report.declaration = declaration
        examineTree()
        if !report.problems.contains(where: { $0.kind == .unsupportedEncoding }) {
            let encoding = declaration?.encoding ?? .utf8
            readManifests(encoding)
            readInfo(encoding, needsOxum)
            readFetch(encoding)
        }
    }

    private mutating func readDeclaration() -> BagDeclaration? {
        let name = Array(BagDeclaration.fileName.utf8)
        guard sizes[EntryPath(trusted: name)] != nil else {
            add(.noDeclaration, name, "bagit.txt is not there, so this is no bag")
            return nil
        }
        guard let bytes = read(name, atMost: BagLimits.maximumDeclarationByteCount) else { return nil }
        let (declaration, error) = BagDeclaration.read(bytes)
        if let error {
            let kind: BagProblem.Kind
            switch error.code {
            case .newerFormat: kind = .unsupportedVersion
            case .unsupported: kind = .unsupportedEncoding
            default: kind = .invalidDeclaration
            }
            add(kind, name, error.message)
        }
        return declaration
    }

    private mutating func examineTree() {
        if !tree.folders.contains(where: { $0.path.bytes == BagPath.payload }) {
            add(.noPayloadFolder, BagPath.payload, "there is no payload folder data/")
        }
        for other in tree.others {
            guard other.status.kind == .symbolicLink else {
                add(.notAFile, other.path.bytes, "it is neither a file nor a folder, and was not read")
                continue
            }
            let target = folder.linkTarget(other.path).map { [Evidence("leads to", $0.visiblePath)] } ?? []
            add(
                .symbolicLink, other.path.bytes, "it is a symbolic link, which could lead out of the bag; it was not followed",
                evidence: target)
        }
        for failure in tree.failures {
            add(.unreadable, failure.path.bytes, "it cannot be looked into: \(failure.error)")
        }
        if tree.isCut { add(.tooLarge, [], "there are more entries, or deeper folders, than are looked at; the rest was not") }
        for file in tree.files where BagPath.isPayload(file.path.bytes) && Self.systemNames.contains(Array(file.path.name)) {
            add(.systemFile, file.path.bytes, "it is a file that a system makes by itself, and may change or remove")
        }
    }

    private static let systemNames: Set<[UInt8]> = Set([".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r"].map { Array($0.utf8) })

    /// A tag file in the folder itself; what keeps it from being read is reported.
    private mutating func read(_ name: [UInt8], atMost limit: Int) -> [UInt8]? {
        do throws(Errno) {
            if let bytes = try folder.read(EntryPath(trusted: name), atMost: limit) { return bytes }
            add(.tooLarge, name, "it is longer than the \(limit) bytes that may still be read of such files, and was not read")
        } catch {
            add(.unreadable, name, "it cannot be read: \(error)")
        }
        return nil
    }

    /// A tag file's text.
    private mutating func readText(_ name: [UInt8], _ encoding: BagEncoding) -> [UInt8]? {
        guard let bytes = read(name, atMost: budget.byteCount) else { return nil }
        budget.spend(byteCount: bytes.count)
        if encoding == .utf8, bytes.starts(with: BagEncoding.byteOrderMark) {
            add(.byteOrderMark, name, "it begins with a byte order mark, which UTF-8 does not need")
        }
        guard let text = encoding.decoded(bytes) else {
            add(.malformedLine, name, "it is not text in \(encoding.rawValue), as bagit.txt says")
            return nil
        }
        return text
    }

    private mutating func add(_ problems: [BagLineProblem], of name: [UInt8]) {
        for problem in problems {
            let evidence = problem.path.isEmpty ? [] : [Evidence("path", problem.path.visiblePath)]
            add(problem.kind, name, line: problem.line, problem.detail, evidence: evidence)
        }
    }

    private mutating func readManifests(_ encoding: BagEncoding) {
        for file in tree.files where !file.path.bytes.contains(EntryPath.slash) {
            guard let name = BagManifestName(file.path.bytes) else { continue }
            guard budget.spendManifest() else {
                add(.tooLarge, file.path.bytes, "there are too many manifests; this one, and those after it, were not read")
                break
            }
            if name.algorithm == nil {
                add(
                    .unsupportedAlgorithm, file.path.bytes,
                    "digests of \(Array(name.algorithmName.utf8).visiblePath) are not known here, and were not compared")
            }
            guard let text = readText(file.path.bytes, encoding) else { continue }
            let manifest = BagManifest(parsing: text, algorithm: name.algorithm, version: version, atMost: budget.entryCount)
            budget.spend(entryCount: manifest.entryCount)
            add(manifest.problems, of: file.path.bytes)
            manifests.append(LoadedManifest(name: name, manifest: manifest))
        }
        report.algorithms = manifests.filter { !$0.name.isTagManifest }.map(\.name.algorithmName)
        if report.algorithms.isEmpty { add(.noManifest, [], "there is no payload manifest, so nothing says what the payload should be") }
        if !manifests.contains(where: \.name.isTagManifest) {
            add(.noTagManifest, [], "there is no tag manifest, so nothing shows a change of the tag files")
        }
    }

    private mutating func readInfo(_ encoding: BagEncoding, _ needsOxum: Bool) {
        let name = Array(version.infoFileName.utf8)
        if sizes[EntryPath(trusted: name)] != nil, let text = readText(name, encoding) {
            report.info = BagInfo(parsing: text, version: version)
            add(report.info.problems, of: name)
        }
        let values = report.info[PayloadOxum.label]
        if values.isEmpty, needsOxum { add(.noOxum, name, "there is no Payload-Oxum, which a fast look goes by") }
        if values.count > 1 { add(.repeatedOxum, name, "Payload-Oxum is there more than once") }
        for value in values { compare(value, name) }
    }

    private mutating func compare(_ value: String, _ name: [UInt8]) {
        guard let expected = PayloadOxum(value) else {
            return add(.malformedOxum, name, "Payload-Oxum is not BYTES.FILES", evidence: [Evidence("value", value)])
        }
        guard expected != report.payload else { return }
        add(
            .oxumMismatch, name, "the payload has not as many bytes and files as Payload-Oxum says",
            evidence: [Evidence("expected", "\(expected)"), Evidence("actual", "\(report.payload)")])
    }

    private mutating func readFetch(_ encoding: BagEncoding) {
        let name = Array(BagFetch.fileName.utf8)
        guard sizes[EntryPath(trusted: name)] != nil, let text = readText(name, encoding) else { return }
        let fetch = BagFetch(parsing: text, version: version, atMost: budget.entryCount)
        budget.spend(entryCount: fetch.entries.count)
        add(fetch.problems, of: name)
        self.fetch = fetch
    }
}

// MARK: - Content

extension BagExamination {
    /// Compares what was read with what the manifests say.
    mutating func compare(_ job: BagJob, _ outcome: BagJob.Outcome) {
        switch outcome {
        case .unreadable(let error):
            // What became a link or no file since the look at the folder.
            add(.unreadable, job.path.bytes, "it cannot be read: \(error)")
        case .changed:
            add(.unreadable, job.path.bytes, "it is written to while it is read, so that nothing can be said of its content")
        case .read(let digests, let byteCount):
            report.checkedFileCount += 1
            report.checkedByteCount += byteCount
            for expectation in job.expectations where digests[expectation.algorithm] != expectation.digest {
                add(
                    .checksumMismatch, job.path.bytes, "its content is not what \(expectation.manifest) says",
                    severity: BagPath.isPayload(job.path.bytes) ? .critical : .high,
                    evidence: [
                        Evidence("algorithm", expectation.algorithm.rawValue), Evidence("expected", expectation.digest.hexadecimal),
                        Evidence("actual", digests[expectation.algorithm, default: []].hexadecimal),
                    ])
            }
        }
    }
}
