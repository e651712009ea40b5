import ArgumentParser
import Findings
import Integrity
import ObjectStore
import OpenSSL

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
            report.findings(in: nil) + report.refusedPaths.map { $0.finding(in: location) },
            about: location.description,
            report.objectNotes + report.sentence(manifest, acceptedBy: acceptance(manifest, of: location)),
            report.members.merging(members) { $1 }, isDamaged: report.isDamaged,
            kept: "what is left", in: session)
    }
}

extension ManifestVerify {
    /// The command that takes what is stored for what should be. Objects have no times, so their manifest is made anew, as the last one was.
    private func acceptance(_ manifest: Manifest, of location: ObjectURL) -> String? {
        let (checkpoint, signer) = (manifest.checkpoint, manifest.signer)
        guard checkpoint.subject == Array(location.description.utf8), signer == nil || signer?.name != nil else { return nil }
        var words = [folder.shellWord, "-o", self.manifest.shellWord, "--force"]
        if let name = signer?.name { words += ["--sign-with", name.shellWord] }
        // The SHA-256 is always there.
        for digest in checkpoint.options.digests where digest != .sha256 { words += ["--digest", digest.rawValue] }
        for pattern in checkpoint.options.exclusions { words += ["--exclude", String(decoding: pattern, as: UTF8.self).shellWord] }
        return "coffer manifest create \(words.joined(separator: " "))"
    }
}

extension VerificationReport {
    /// What is said of objects alone; whole lines.
    fileprivate var objectNotes: String {
        var lines: [String] = []
        if toldFileCount > 0 {
            lines.append("\(CountText.of(toldFileCount, "object")) not read: what the store recorded when they were stored was enough")
        }
        if leftOutCount > 0 { lines.append("folders, links and special files of the manifest, not compared: \(leftOutCount)") }
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
