import ArgumentParser
import KeyStore
import ObjectStore

struct ObjectVersions: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "List one page of versions and delete markers (ListObjectVersions).",
        discussion: """
            One page of at most 1000, as S3 gives it; `coffer ls --versions` lists
            everything.

            $ coffer object versions --bucket backups --prefix 2026/a.tar
            $ coffer object versions --bucket backups --json | jq '.DeleteMarkers[]'

            \(ExitStatus.help)
            """)

    @OptionGroup var listing: ListingOptions
    @Option(name: .long, help: "How many versions and prefixes, at most 1000.") var maxKeys: Int?
    @Option(name: .long, help: "Begin behind this key, or with --version-id-marker behind a version of it.") var keyMarker: String?
    @Option(name: .long, help: "Begin behind this version of --key-marker.") var versionIdMarker: String?
    @OptionGroup(title: "Global options") var options: StoreOptions

    func validate() throws {
        guard versionIdMarker == nil || keyMarker != nil else { throw ValidationError("--version-id-marker needs --key-marker") }
    }

    func check(in session: Session) throws { _ = try request(in: session) }

    private func request(in session: Session) throws -> ListObjectVersionsRequest {
        var request = ListObjectVersionsRequest(
            bucket: try listing.bucket.parse(), scope: try listing.scope(maximum: maxKeys, in: session))
        request.keyMarker = keyMarker.map { Array($0.utf8) }
        if let versionIdMarker { request.versionIDMarker = try VersionID(versionIdMarker) }
        return request
    }

    func run(on objects: LocalObjectService, in session: Session) async throws {
        let response = try await objects.listObjectVersions(request(in: session))
        try session.output.render(answer(response))
        if let key = response.nextKeyMarker {
            let version = response.nextVersionIDMarker.map { " --version-id-marker \($0)" } ?? ""
            session.output.note(visible("there is more: --key-marker '\(listing.keyText.text(key))'\(version)"))
        }
    }

    private func answer(_ response: ListObjectVersionsResponse) -> S3Answer {
        let names = listing.keyText
        let prefixes = response.commonPrefixes.map { names.text($0) }
        func members(_ entries: [VersionEntry]) -> JSONValue? {
            entries.isEmpty ? nil : .array(entries.map { .object(present: $0.members(names)) })
        }
        let rows = prefixes.map { ["-", "-", "-", "-", visible($0)] } + response.versions.map { $0.row(names) }
        return S3Answer(
            [
                "Name": .string(listing.bucket.bucket), "Prefix": .string(names.text(Array((listing.prefix ?? "").utf8))),
                "Delimiter": .text(listing.delimiter), "MaxKeys": .count(maxKeys ?? ListingScope.maximumKeys),
                "IsTruncated": .bool(response.isTruncated), "EncodingType": .text(listing.encodingType?.rawValue),
                "KeyMarker": .text(keyMarker), "VersionIdMarker": .text(versionIdMarker),
                "NextKeyMarker": .text(response.nextKeyMarker.map { names.text($0) }),
                "NextVersionIdMarker": .text(response.nextVersionIDMarker?.text),
                "CommonPrefixes": prefixes.isEmpty ? nil : .array(prefixes.map { .object(["Prefix": .string($0)]) }),
                "Versions": members(response.versions.filter { !$0.isDeleteMarker }),
                "DeleteMarkers": members(response.versions.filter(\.isDeleteMarker)),
            ],
            text: rows.isEmpty ? "" : TableOutput(header: ["LAST MODIFIED", "SIZE", "VERSION ID", "", "KEY"], rows: rows).text)
    }
}

extension VersionEntry {
    /// `ObjectVersion` or `DeleteMarkerEntry` of the S3 API.
    func members(_ names: KeyText = KeyText()) -> [String: JSONValue?] {
        let members: [String: JSONValue?] = [
            "Key": .string(names.text(key)), "VersionId": .string(versionID.text), "IsLatest": .bool(isLatest),
            "LastModified": .string(lastModified.rfc3339),
        ]
        guard let object else { return members }
        return members.merging([
            "ETag": .string(object.eTag.quoted), "Size": .size(object.size),
            "ChecksumAlgorithm": .array([.string(object.checksumAlgorithm.rawValue)]),
            "ChecksumType": .string(object.checksumType.rawValue),
        ]) { $1 }
    }

    /// What people are told it is.
    var kind: String {
        switch (isDeleteMarker, isLatest) {
        case (false, true): "latest"
        case (true, true): "deleted"
        case (true, false): "marker"
        case (false, false): "-"
        }
    }

    fileprivate func row(_ names: KeyText) -> [String] {
        [lastModified.rfc3339, object.map { "\($0.size)" } ?? "-", versionID.text, kind, visible(names.text(key))]
    }
}
