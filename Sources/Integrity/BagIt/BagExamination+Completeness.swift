import Findings

extension BagExamination {
    /// Compares the manifests with what is there.
    /// - Returns: what has to be read, in the order of the tree.
    mutating func examineCompleteness() -> [BagJob] {
        var accounts = BagAccounts(sizes, fetch, version)
        for manifest in manifests { accounts.enter(manifest) }
        for problem in accounts.problems { report.problems.append(problem) }
        examinePayload(accounts)
        examineFetch(accounts)
        examineNames()
        return tree.files.compactMap { accounts.jobs[$0.path] }
    }

    private mutating func examinePayload(_ accounts: BagAccounts) {
        let payloadManifests = knownPayloadManifests
        guard !payloadManifests.isEmpty else { return }
        for file in tree.files where BagPath.isPayload(file.path.bytes) {
            let listing = accounts.listings[file.path, default: []]
            if listing.isEmpty {
                add(.extraFile, file.path.bytes, "it is in the payload, and no manifest of a known algorithm lists it")
            } else if version.needsWholeManifests, listing.count < payloadManifests.count {
                let absent = payloadManifests.filter { !listing.contains($0) }
                add(
                    .notInEveryManifest, file.path.bytes, "not every payload manifest lists it",
                    evidence: absent.map { Evidence("not in", $0) })
            }
        }
    }

    /// What others list was not kept.
    private var knownPayloadManifests: [String] {
        manifests.filter { !$0.name.isTagManifest && $0.name.algorithm != nil }.map(\.name.fileName)
    }

    private mutating func examineFetch(_ accounts: BagAccounts) {
        // Whether a manifest of an unknown algorithm lists a file is not known; that there is one was said.
        if knownPayloadManifests.isEmpty, manifests.contains(where: { !$0.name.isTagManifest }) { return }
        let name = Array(BagFetch.fileName.utf8)
        for entry in fetch?.entries ?? [] where accounts.listings[entry.path] == nil && !accounts.missing.contains(entry.path) {
            // Drafts did not say that it has to be listed, and bags were made that way.
            let isThere =
                sizes[entry.path] == nil ? "is not there, and no payload manifest lists it" : "is not listed by any payload manifest"
            add(
                .fetchNotListed, name, line: entry.line, "a file to fetch \(isThere)",
                severity: version.needsWholeManifests ? .medium : .info,
                evidence: [Evidence("path", entry.path.description)])
        }
    }

    /// Names that are the same for a system that does not tell case or normalization apart (RFC 8493 §6.1).
    private mutating func examineNames() {
        var seen: [String: EntryPath] = [:]
        for file in tree.files where BagPath.isPayload(file.path.bytes) {
            guard let text = String(validating: file.path.bytes, as: UTF8.self) else { continue }
            // Strings are equal when they are canonically equivalent.
            guard let other = seen.updateValue(file.path, forKey: text.lowercased()) else { continue }
            add(
                .nameCollision, file.path.bytes, "another file has the same name but for case or Unicode normalization",
                evidence: [Evidence("other file", other.description)])
        }
    }
}

/// What manifests say, entered file by file.
struct BagAccounts {
    /// The manifests that list a payload file that is there.
    private(set) var listings: [EntryPath: [String]] = [:]
    private(set) var jobs: [EntryPath: BagJob] = [:]
    private(set) var missing: Set<EntryPath> = []
    private(set) var problems: [BagProblem] = []

    private let sizes: [EntryPath: UInt64]
    private let toFetch: Set<EntryPath>
    private let version: BagVersion
    /// The files by their names, which compare by canonical equivalence; made when it is needed first.
    private var byName: [String: [EntryPath]]?
    /// The files that entries of the manifest that is being entered mean. No file is meant by two of them.
    private var claimed: Set<EntryPath> = []

    init(_ sizes: [EntryPath: UInt64], _ fetch: BagFetch?, _ version: BagVersion) {
        self.sizes = sizes
        self.version = version
        toFetch = Set(fetch?.entries.map(\.path) ?? [])
    }

    mutating func enter(_ loaded: BagExamination.LoadedManifest) {
        var digests: [EntryPath: [UInt8]] = [:]
        digests.reserveCapacity(loaded.manifest.entries.count)
        // All exact names first: a file that one entry names is not what another, of a similar name, means.
        claimed.removeAll(keepingCapacity: true)
        for entry in loaded.manifest.entries where sizes[entry.path] != nil { claimed.insert(entry.path) }
        for entry in loaded.manifest.entries {
            if !loaded.name.isTagManifest, !BagPath.isPayload(entry.path.bytes) {
                add(.outsidePayload, loaded.name, entry, "a payload manifest lists a file that is not in data/")
                continue
            }
            if let earlier = digests.updateValue(entry.digest, forKey: entry.path) {
                // The first counts: of two digests one is wrong for certain, and that says nothing of the file.
                addDuplicate(entry, hasSameDigest: earlier == entry.digest, loaded.name)
                continue
            }
            enter(entry, loaded.name)
        }
    }

    private mutating func enter(_ entry: BagManifest.Entry, _ name: BagManifestName) {
        guard let path = find(entry, name), let size = sizes[path] else { return addMissing(entry, name) }
        if !name.isTagManifest, listings[path, default: []].last != name.fileName { listings[path, default: []].append(name.fileName) }
        guard let algorithm = name.algorithm else { return }
        jobs[path, default: BagJob(path: path, byteCount: size)].expectations.append(
            BagJob.Expectation(manifest: name.fileName, algorithm: algorithm, digest: entry.digest))
    }

    /// The file that an entry means: the one of that name, or one that no other entry means and whose name differs by Unicode
    /// normalization alone, as some file systems change it.
    private mutating func find(_ entry: BagManifest.Entry, _ name: BagManifestName) -> EntryPath? {
        if sizes[entry.path] != nil { return entry.path }
        if byName == nil {
            let named = sizes.keys.sorted().compactMap { path in String(validating: path.bytes, as: UTF8.self).map { ($0, path) } }
            byName = Dictionary(grouping: named, by: \.0).mapValues { $0.map(\.1) }
        }
        guard let text = String(validating: entry.path.bytes, as: UTF8.self),
            let path = byName?[text]?.first(where: { !claimed.contains($0) })
        else { return nil }
        claimed.insert(path)
        problems.append(
            BagProblem(
                .otherNormalization, path.bytes, "its name is written otherwise in \(name.fileName), in another Unicode normalization",
                evidence: [Evidence("listed as", entry.path.description), Evidence("line", "\(entry.line)")]))
        return path
    }

    private mutating func addMissing(_ entry: BagManifest.Entry, _ name: BagManifestName) {
        guard missing.insert(entry.path).inserted else { return }
        if toFetch.contains(entry.path) {
            problems.append(
                BagProblem(
                    .notFetched, entry.path.bytes, "it did not come with the bag: fetch.txt says where it is, and nothing was fetched"))
        } else {
            problems.append(
                BagProblem(
                    .missingFile, entry.path.bytes, "it is not there, and \(name.fileName) lists it",
                    severity: name.isTagManifest ? .high : .critical, evidence: [Evidence("expected", entry.digest.hexadecimal)]))
        }
    }

    private mutating func addDuplicate(_ entry: BagManifest.Entry, hasSameDigest: Bool, _ name: BagManifestName) {
        if hasSameDigest {
            let severity: Severity? = version.needsWholeManifests ? nil : .info
            add(.duplicateEntry, name, entry, "a file is listed twice", severity: severity)
        } else {
            add(.conflictingEntry, name, entry, "a file is listed twice, with two digests")
        }
    }

    private mutating func add(
        _ kind: BagProblem.Kind, _ name: BagManifestName, _ entry: BagManifest.Entry, _ detail: String, severity: Severity? = nil
    ) {
        problems.append(
            BagProblem(
                kind, Array(name.fileName.utf8), line: entry.line, detail, severity: severity,
                evidence: [Evidence("path", entry.path.description)]))
    }
}
