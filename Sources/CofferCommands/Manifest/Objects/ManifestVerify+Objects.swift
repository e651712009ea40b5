import ArgumentParser
import Findings
import Integrity
import ObjectStore

extension ManifestVerify {
    var readsObjects: Bool { ObjectURL.isOne(folder) }

    /// - Throws: a usage error for what only a folder has.
    func validateForObjects() throws {
        guard ignore.isEmpty else { throw ValidationError("--ignore is for folders: objects have no such metadata") }
        guard sealed.sealedFiles == .ciphertext else { throw ValidationError("--open is for folders") }
    }

    /// Compares the objects below a prefix with the manifest.
    func verifyObjects(with store: LazyStore, in session: Session) async throws {
        let location = try ObjectURL(folder, in: session).asFolder
        let manifest = try await trust.open(session.context.arguments.path(self.manifest), store, in: session)
        let source = ObjectSource(try await ObjectStoreAccess.open(store.open(), .existing, in: session), location)
        let (settings, progress) = ManifestRun(session: session, options: options.output).settings("verifying", location.description)
        defer { progress.clear() }
        let report = try await source.explaining { () throws(IntegrityError) in
            try await SourceVerifier(manifest, source: source, reading: reading, settings: settings).verify()
        }
        progress.clear()
        manifest.remember(in: store, session)
        let members: [String: JSONValue?] = [
            "StoredChecksumFileCount": .size(report.toldFileCount), "LeftOutCount": .size(report.leftOutCount),
            "RefusedKeyCount": .size(report.refusedPathCount),
        ]
        try findings.report(
            report.findings(in: nil) + report.refusedPaths.map { $0.finding(in: location) }, about: location.description,
            report.sentence(manifest) + report.objectNotes, report.members.merging(members) { $1 }, isDamaged: report.isDamaged,
            kept: "what is left", in: session)
    }
}

extension VerificationReport {
    /// What is said of objects alone; whole lines.
    fileprivate var objectNotes: String {
        var lines: [String] = []
        if toldFileCount > 0 {
            lines.append("\(toldFileCount) objects were not read: what the store recorded when they were stored was enough")
        }
        if leftOutCount > 0 { lines.append("\(leftOutCount) folders, links and special files of the manifest were not compared") }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension RefusedPath {
    /// An object that no manifest can name.
    fileprivate func finding(in location: ObjectURL) -> Finding {
        Finding(
            id: "manifest-unsafe-key", severity: .low, resource: visible(location.appending(bytes).description),
            title: "its key is no path, so that no manifest names it", evidence: [Evidence("reason", "it \(reason)")],
            remediation: "copy it to another key: coffer cp", references: ["Docs/ObjectStore.md"])
    }
}
