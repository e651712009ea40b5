import ArgumentParser
import Envelope
import KeyStore
import ObjectStore
import SystemPackage

struct Cp: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "cp", abstract: "Copy files into the object store, out of it, and within it.",
        discussion: """
            An object is durable when its line of --json is written, or the command ends.
            With --recursive the relative paths of files become keys, and back; links,
            pipes and devices are named and passed over, and no key leads out of the target
            folder. Files that are written are their owner's alone (mode 0600), and appear
            when all of them was found authentic. Copies within the store are not encrypted
            anew.

            $ coffer cp db.dump coffer://backups/2026/
            $ coffer cp --recursive photos coffer://backups/photos/
            $ coffer cp --recursive coffer://backups/photos/ restored
            $ coffer cp --recursive --at 2026-11-01T00:00Z coffer://backups/photos/ before
            $ tar c etc | coffer cp - coffer://backups/etc.tar
            $ coffer cp coffer://backups/etc.tar - | tar t
            $ coffer cp coffer://backups/a.tar coffer://archive/a.tar --key archive

            \(ExitStatus.help)
            """)

    @Argument(
        help: ArgumentHelp("A file, a folder, - for stdin, or coffer://BUCKET/KEY.", valueName: "source"),
        completion: WordCompletion.fileOrURL)
    var source: String
    @Argument(help: ArgumentHelp("The same; - is stdout.", valueName: "destination"), completion: WordCompletion.fileOrURL)
    var destination: String
    @Flag(name: .shortAndLong, help: "All files of a folder and the folders in it, or all objects below a prefix.") var recursive = false
    @Option(name: .long, help: ArgumentHelp("Objects as they were at this time, or this long ago (10m, 90d).", valueName: "time")) var at:
        String?
    @Option(name: .long, help: "This version of the object.") var versionId: String?
    @Option(name: .long, help: ArgumentHelp("Seal new objects under this key; without it, the bucket's.", valueName: "key")) var key:
        KeyReference?
    @OptionGroup(title: "What is said about new objects") var content: ContentOptions
    @Flag(name: .shortAndLong, help: "Replace existing files.") var force = false
    @OptionGroup(title: "Global options") var options: StoreOptions

    private var readsObjects: Bool { ObjectURL.isOne(source) }
    private var writesObjects: Bool { ObjectURL.isOne(destination) }

    func validate() throws {
        guard readsObjects || writesObjects else { throw ValidationError("one of the two is an object: coffer://BUCKET/KEY") }
        guard at == nil || versionId == nil else { throw ValidationError("give only one of --at and --version-id") }
        guard readsObjects || (at == nil && versionId == nil) else {
            throw ValidationError("--at and --version-id are for objects that are read")
        }
        guard writesObjects || (key == nil && content.isEmpty) else {
            throw ValidationError("--key, and what is said about new objects, are for objects that are written")
        }
        guard !writesObjects || !force else {
            throw ValidationError("--force is for files that are written; `coffer object put` has --if-match")
        }
        guard !recursive || (source != "-" && destination != "-" && versionId == nil) else {
            throw ValidationError("--recursive goes with neither - nor --version-id")
        }
        guard destination != "-" || !options.output.json else {
            throw ValidationError("--json writes to stdout; name a file for the bytes")
        }
    }

    func check(in session: Session) throws {
        for end in [source, destination] where ObjectURL.isOne(end) { _ = try ObjectURL(end, in: session) }
        _ = try (
            time(in: session), content.headers(), content.userMetadata(),
            versionId.map { text throws(ObjectStoreError) in try VersionID(text) }
        )
        if !readsObjects, source != "-", !recursive { _ = try FileBody(session.context.arguments.path(source)) }
    }

    private func time(in session: Session) throws -> Timestamp? {
        let now = try session.context.clock.read().wall
        return try at.map { try Timestamp(asOf: $0, now: now) }
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        switch (readsObjects, writesObjects) {
        case (false, true): try await store(to: ObjectURL(destination, in: session), objects, session)
        case (true, false): try await read(ObjectURL(source, in: session), objects, session)
        case (true, true): try await copy(ObjectURL(source, in: session), to: ObjectURL(destination, in: session), objects, session)
        case (false, false): preconditionFailure("one of the two is an object")
        }
    }
}

// MARK: - Into the store

extension Cp {
    private func store(to target: ObjectURL, _ objects: LocalObjectService, _ session: Session) async throws {
        let upload = try ObjectUpload(
            objects: objects, headers: content.headers(), metadata: content.userMetadata(), keyName: key?.serviceName)
        guard recursive else { return try await storeOne(upload, to: target, session) }
        let folder = session.context.arguments.path(source)
        guard folder.isFolder || FilePlan.kind(of: folder) == nil else {
            throw CommandError(.usage, "\(source): is not a folder", hint: "`coffer cp` without --recursive stores a single file")
        }
        let isWatched = ProgressDisplay(options.output, in: session.context) != nil
        let work = isWatched ? try Workload.of(tree: folder) { _ in true } : Workload(fileCount: 0, byteCount: nil)
        let run = TransferRun("storing", noun: "files", work, objects, options.output, in: session)
        defer { run.progress.clear() }
        try await TreeUpload(run: run, upload: upload, target: target.asFolder).store(folder)
        try await run.finish()
        await tell(run, "stored", session)
    }

    private func storeOne(_ upload: ObjectUpload, to target: ObjectURL, _ session: Session) async throws {
        let isStream = source == "-"
        let path = session.context.arguments.path(source)
        let place: ObjectURL
        if target.isFolder {
            guard !isStream, let name = path.lastComponent, name.kind == .regular else {
                throw CommandError(.usage, "\(target) is a folder, and \(source) has no name", hint: "name an object in it")
            }
            place = target.appending(FilePath(root: nil, [name]).platformBytes)
        } else {
            place = target
        }
        let name = isStream ? "stdin" : source
        let body = try isStream ? FileBody(session.context.standardInput, name: name) : FileBody(path)
        session.context.interruption.allowGrace()
        let progress = ObjectProgress("storing", of: body, as: name, options.output, in: session)
        defer { progress.clear() }
        let stored = try await upload.store(progress.body, as: place.key(), in: place.bucket)
        progress.clear()
        try session.output.render(TransferResult.stored(name, as: place, stored))
    }

    private func tell(_ run: TransferRun, _ participle: String, _ session: Session) async {
        let (done, skipped) = (await run.report.doneCount, await run.report.skippedCount)
        session.output.note("\(done) \(participle), \(skipped) skipped")
        if done == 0 { session.output.warn("there was nothing to do in \(visible(source))") }
    }
}

// MARK: - Out of the store

extension Cp {
    private func read(_ source: ObjectURL, _ objects: LocalObjectService, _ session: Session) async throws {
        guard recursive else { return try await readOne(source, objects, session) }
        let run = TransferRun(
            "reading", noun: "objects", Workload(fileCount: 0, byteCount: nil), objects, options.output, in: session)
        defer { run.progress.clear() }
        do {
            let download = TreeDownload(run: run, source: source.asFolder, time: try time(in: session), overwrite: force)
            try await download.write(to: session.context.arguments.path(destination))
        } catch {
            throw run.reason(error)
        }
        try await run.finish()
        await tell(run, "read", session)
    }

    private func readOne(_ source: ObjectURL, _ objects: LocalObjectService, _ session: Session) async throws {
        let object = try await version(of: source, objects, in: session)
        let path = try destination == "-" ? nil : filePath(for: object, session)
        let target = try BodyDestination(path?.string ?? "-", overwrite: force, options.output, in: session)
        let response = try await Self.explaining(source) { () throws(ObjectStoreError) in
            try await objects.getObject(GetObjectRequest(object))
        }
        let progress = ObjectProgress("reading", of: response.body, as: source.description, options.output, in: session)
        defer { progress.clear() }
        try await target.write(progress.body, in: session)
        progress.clear()
        if let path { try session.output.render(TransferResult.read(object, to: path, response.description)) }
    }

    /// Says what to do about what is named like a folder, and is none of the objects.
    private static func explaining<Value>(
        _ source: ObjectURL, _ body: () async throws(ObjectStoreError) -> Value
    ) async throws -> Value {
        do throws(ObjectStoreError) {
            return try await body()
        } catch {
            guard error.code == .noSuchKey, source.isFolder, error.deleteMarker == nil else { throw error }
            throw CommandError(
                .noSuchObject, "there is no object \(source)", hint: "`coffer cp --recursive` copies everything whose key begins so")
        }
    }

    /// The object, in the version that was asked for.
    private func version(of source: ObjectURL, _ objects: LocalObjectService, in session: Session) async throws -> ObjectReference {
        var object = try source.object()
        if let versionId { object.versionID = try VersionID(versionId) }
        if let time = try time(in: session) {
            object.versionID = try await objects.versionID(of: object.key, in: object.bucket, asOf: time)
        }
        return object
    }

    /// The file that is written: in a folder, it has the last name of the key.
    private func filePath(for object: ObjectReference, _ session: Session) throws -> FilePath {
        let path = session.context.arguments.path(destination)
        guard destination.hasSuffix("/") || path.isFolder else { return path }
        let name = String(object.key.text.split(separator: "/", omittingEmptySubsequences: false).last ?? "")
        guard let component = FilePath.Component(name), component.kind == .regular else {
            throw CommandError(.usage, "the last name of \(object.name) cannot be that of a file", hint: "name the file to write")
        }
        return path.appending(component)
    }
}

// MARK: - Within the store

extension Cp {
    private func copy(_ source: ObjectURL, to target: ObjectURL, _ objects: LocalObjectService, _ session: Session) async throws {
        let (headers, metadata) = try (content.headers(), content.userMetadata())
        let directive: CopyObjectRequest.MetadataDirective = content.isEmpty ? .copy : .replace(headers, metadata)
        let keyName = key?.serviceName
        let request: @Sendable (ObjectReference, ObjectURL) throws(ObjectStoreError) -> CopyObjectRequest = { object, place in
            var request = CopyObjectRequest(copySource: object, bucket: place.bucket, key: try place.key())
            request.metadataDirective = directive
            request.ssekmsKeyID = keyName
            return request
        }
        guard !recursive else {
            let run = TransferRun(
                "copying", noun: "objects", Workload(fileCount: 0, byteCount: nil), objects, options.output, in: session)
            defer { run.progress.clear() }
            do {
                try await TreeCopy(run: run, source: source.asFolder, target: target.asFolder, time: time(in: session), request: request)
                    .copy()
            } catch {
                throw run.reason(error)
            }
            try await run.finish()
            return await tell(run, "copied", session)
        }
        let object = try await version(of: source, objects, in: session)
        let name = object.key.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? []
        let place = target.isFolder ? target.appending(name) : target
        let response = try await Self.explaining(source) { () throws(ObjectStoreError) in
            try await objects.copyObject(request(object, place))
        }
        try session.output.render(TransferResult.copied(object, as: place, response))
    }
}
