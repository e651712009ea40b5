import ArgumentParser
import Findings
import Integrity
import ObjectStore
import OpenSSL

extension ManifestCreate {
    var readsObjects: Bool { ObjectURL.isOne(folder) }

    /// - Throws: a usage error for what only a folder has.
    func validateForObjects() throws {
        guard !recorded.oneFileSystem else { throw ValidationError("--one-file-system is for folders") }
        guard sealed.sealedFiles == .ciphertext else { throw ValidationError("--open is for folders") }
    }

    /// Records the objects below a prefix.
    func recordObjects(with store: LazyStore, in session: Session) async throws {
        let location = try ObjectURL(folder, in: session).asFolder
        let run = ManifestRun(session: session, options: options.output)
        let signer = try await store.signer(signWith)
        let source = ObjectSource(try await ObjectStoreAccess.open(store.open(), .existing, in: session), location)
        var manifestOptions = try recorded.manifestOptions(sealed: .ciphertext, in: session)
        // Always there, because the store may have it already; where it has not, it comes with the reading.
        manifestOptions.digests = DigestAlgorithm.allCases.filter { $0 == .sha256 || manifestOptions.digests.contains($0) }
        let head = NewManifestHead(
            toolVersion: CommandContext.version, time: try run.now(), subject: Array(location.description.utf8), options: manifestOptions)
        let (settings, progress) = run.settings("hashing", location.description)
        defer { progress.clear() }
        let target = NewManifestFile(
            path: session.context.arguments.path(output), overwrite: force, signer: signer,
            register: store.register(of: [signer?.signer].compactMap { $0 }))
        let summary = try await source.explaining { () throws(IntegrityError) in
            try await SourceManifestCreator(source: source, head: head, settings: settings).create(target)
        }
        progress.clear()
        noteMissingSignature(signer, in: session)
        if summary.fileCount == 0 { session.output.warn("there is no object to record in \(visible(location.description))") }
        var result = ManifestResult(
            summary.lineage, file: output, fileCount: summary.fileCount, byteCount: summary.byteCount, summary.report)
        result.storedChecksumFileCount = summary.report.toldFileCount
        result.refusedKeys = summary.report.refusedPaths.map { location.appending($0.bytes).description }
        try session.output.render(result)
        try summary.report.requireRecorded(of: location, in: session)
    }
}

extension VerificationReport {
    /// Lists what could not be read or has no path.
    /// - Throws: `FindingsReported` when there is something.
    fileprivate func requireRecorded(of location: ObjectURL, in session: Session) throws {
        if !session.output.wantsJSON {
            for path in refusedPaths {
                let name = visible(location.appending(path.bytes).description)
                session.output.fail(
                    Failure(status: .usage, code: "UnsafePath", message: "\(name): its key is no path in a manifest: it \(path.reason)"))
            }
        }
        try requireReadable(in: session)
        guard refusedPathCount > 0 else { return }
        throw FindingsReported(
            status: .usage, code: "UnsafePath",
            message: "\(CountText.of(refusedPathCount, "object")) not in the manifest, because a key of that form is no path",
            hint: "copy them to other keys, with `coffer cp`")
    }
}

extension ObjectSource {
    /// Does something with the source, and says in the words of the store why it ended early.
    func explaining<Value>(_ body: () async throws(IntegrityError) -> Value) async throws -> Value {
        do throws(IntegrityError) {
            return try await body()
        } catch {
            // What was interrupted meanwhile may have made the store fail, too.
            guard error.code != .cancelled, let failure else { throw error }
            throw failure
        }
    }
}
