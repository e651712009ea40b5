import ArgumentParser
import KeyStore
import ObjectStore

struct StoreStats: ObjectStoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "How much is stored, by bucket.",
        discussion: """
            $ coffer store stats
            $ coffer store stats --json | jq '.Buckets[] | {Name, ByteCount}'

            \(ExitStatus.help)
            """)

    @OptionGroup(title: "Global options") var options: StoreOptions

    func run(on objects: LocalObjectService, in session: Session) async throws {
        try await session.output.render(objects.statistics().answer)
    }
}

extension StoreStatistics {
    fileprivate var answer: S3Answer {
        let members = buckets.map { bucket -> JSONValue in
            .object(present: [
                "Name": .string(bucket.name.text),
                "VersioningConfiguration": bucket.versioning.document,
                "ObjectCount": .count(bucket.objectCount), "VersionCount": .count(bucket.versionCount),
                "DeleteMarkerCount": .count(bucket.deleteMarkerCount), "UploadCount": .count(bucket.uploadCount),
                "ByteCount": .size(bucket.byteCount), "KeyIds": .array(bucket.keyARNs.map(JSONValue.string)),
            ])
        }
        let table = TableOutput(
            header: ["BUCKET", "VERSIONING", "OBJECTS", "VERSIONS", "MARKERS", "UPLOADS", "SIZE"],
            rows: buckets.map { bucket in
                [
                    bucket.name.text, bucket.versioning.word, "\(bucket.objectCount)", "\(bucket.versionCount)",
                    "\(bucket.deleteMarkerCount)", "\(bucket.uploadCount)", ByteText.decimal(bucket.byteCount),
                ]
            })
        let fields = FieldsOutput([
            ("Store", storeID),
            ("Format", "\(formatVersion)"),
            ("Revision", "\(revision)"),
            ("Writable", isWritable ? "yes" : "no, the disk failed to write; see `coffer store check`"),
            ("Database", ByteText.decimal(databaseByteCount)),
            ("Files", "\(blobCount), \(ByteText.decimal(blobByteCount))"),
            ("Recovery", recoveryRecipient ?? "no recipient"),
            ("Last scrub", scrub?.sentence ?? "never"),
        ])
        return S3Answer(
            [
                "StoreId": .string(storeID), "FormatVersion": .count(formatVersion), "DatabaseByteCount": .size(databaseByteCount),
                "BlobCount": .count(blobCount), "BlobByteCount": .size(blobByteCount), "RecoveryRecipient": .text(recoveryRecipient),
                "Revision": .count(Int(revision)), "Writable": .bool(isWritable), "Scrub": scrub?.members, "Buckets": .array(members),
            ], text: fields.text + (buckets.isEmpty ? "" : "\n" + table.text))
    }
}

extension StoreStatistics.Scrub {
    fileprivate var sentence: String {
        let end = finished.map { "complete on \($0.rfc3339)" } ?? "begun on \(started.rfc3339), not complete"
        return findingCount == 0 ? end : "\(end), \(findingCount) damaged"
    }

    fileprivate var members: JSONValue {
        .object(present: [
            "StartDate": .string(started.rfc3339), "EndDate": .text(finished?.rfc3339), "FindingCount": .count(findingCount),
        ])
    }
}
