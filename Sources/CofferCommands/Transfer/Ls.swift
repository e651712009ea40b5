import ArgumentParser
import KeyStore
import ObjectStore

struct Ls: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List buckets, objects and their versions.",
        discussion: """
            Of what lies below the next slash, the common prefix is shown, unless
            --recursive asks for everything. With --json there is a line for each entry.

            $ coffer ls
            $ coffer ls coffer://backups/2026/
            $ coffer ls --versions coffer://backups/2026/a.tar
            $ coffer ls --recursive --at 2026-11-01T00:00Z coffer://backups

            \(ExitStatus.help)
            """)

    @Argument(
        help: ArgumentHelp("coffer://BUCKET, or the beginning of keys behind it; without it, the buckets.", valueName: "url"),
        completion: WordCompletion.url)
    var url: String?
    @Flag(name: .long, help: "Show old versions and delete markers, too, and the ids of versions.") var versions = false
    @Flag(name: .shortAndLong, help: "Everything below, not only up to the next slash.") var recursive = false
    @Option(name: .long, help: ArgumentHelp("As it was at this time, or this long ago (10m, 90d).", valueName: "time")) var at: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard url != nil || (!versions && !recursive && at == nil) else {
            throw ValidationError("--versions, --recursive and --at are about a bucket: name it")
        }
    }

    func check(in session: Session) throws { _ = try (location(in: session), time(in: session)) }

    private func time(in session: Session) throws -> Timestamp? {
        let now = try session.context.clock.read().wall
        return try at.map { try Timestamp(asOf: $0, now: now) }
    }
    private func location(in session: Session) throws -> ObjectURL? { try url.map { try ObjectURL($0, in: session) } }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        guard let location = try location(in: session) else { return try await listBuckets(objects, session) }
        let pages = ObjectPages(
            objects: objects, bucket: location.bucket, prefix: location.path, delimiter: recursive ? nil : [UInt8(ascii: "/")],
            time: try time(in: session))
        let form = ListingForm(showsVersions: versions)
        let write = { (items: [ListedItem]) in try session.output.write(form.bytes(items, json: session.output.wantsJSON)) }
        // At a time each object has one version, the one that was current.
        if versions, at == nil { try await pages.forEachVersionPage(write) } else { try await pages.forEachPage(write) }
    }

    func runWithoutObjects(in session: Session) throws {
        guard try location(in: session) == nil else { throw Self.nothingStored }
    }

    private func listBuckets(_ objects: LocalObjectService, _ session: Session) async throws {
        try await Listing.forEachBucket(in: objects) { bucket in
            try session.output.writeLine(
                S3Answer(
                    [
                        "Name": .string(bucket.name.text), "CreationDate": .string(bucket.creationDate.rfc3339),
                        "BucketRegion": .string(bucket.bucketRegion),
                    ], text: "\(bucket.creationDate.rfc3339)  \(ObjectURL.scheme)\(bucket.name)\n"))
        }
    }
}

/// How entries are written: as lines of fixed columns, since nobody knows the widest before the end.
struct ListingForm: Sendable {
    private static let timeWidth = 20
    private static let sizeWidth = 15
    private static let versionWidth = 32
    private static let stateWidth = 7

    let showsVersions: Bool

    func bytes(_ items: [ListedItem], json: Bool) throws -> [UInt8] {
        guard json else { return Array(items.map(line).joined().utf8) }
        return try items.flatMap { try JSONText(line: S3Answer($0.members)).bytes }
    }

    private func line(_ item: ListedItem) -> String {
        let size =
            switch item.kind {
            case .object(let size): "\(size)"
            case .marker: "-"
            case .prefix: "PREFIX"
            }
        var columns = [
            Self.padded(item.lastModified?.rfc3339 ?? "", Self.timeWidth),
            String(repeating: " ", count: max(0, Self.sizeWidth - size.count)) + size,
        ]
        if showsVersions {
            columns.append(Self.padded(item.versionID?.text ?? "", Self.versionWidth))
            columns.append(Self.padded(Self.state(item), Self.stateWidth))
        }
        return columns.joined(separator: "  ") + "  " + visible(String(decoding: item.name, as: UTF8.self)) + "\n"
    }

    private static func state(_ item: ListedItem) -> String {
        switch (item.kind, item.isLatest) {
        case (.prefix, _): ""
        case (.object, true): "latest"
        case (.object, false): ""
        case (.marker, true): "deleted"
        case (.marker, false): "marker"
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}
