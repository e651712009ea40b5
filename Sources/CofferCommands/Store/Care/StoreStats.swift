import ArgumentParser
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
                "Versioning": bucket.versioning == .unversioned ? nil : .string(bucket.versioning.rawValue),
                "ObjectCount": .count(bucket.objects), "VersionCount": .count(bucket.versions),
                "DeleteMarkerCount": .count(bucket.deleteMarkers), "UploadCount": .count(bucket.uploads),
                "ByteCount": .size(bucket.byteCount), "KeyIds": .array(bucket.keyARNs.map(JSONValue.string)),
            ])
        }
        let table = TableOutput(
            header: ["BUCKET", "VERSIONING", "OBJECTS", "VERSIONS", "MARKERS", "UPLOADS", "SIZE"],
            rows: buckets.map { bucket in
                [
                    bucket.name.text, bucket.versioning == .unversioned ? "-" : bucket.versioning.rawValue, "\(bucket.objects)",
                    "\(bucket.versions)", "\(bucket.deleteMarkers)", "\(bucket.uploads)", ByteText.decimal(bucket.byteCount),
                ]
            })
        let fields = FieldsOutput([
            ("Store", storeID),
            ("Format", "\(formatVersion)"),
            ("Database", ByteText.decimal(databaseByteCount)),
            ("Files", "\(blobCount), \(ByteText.decimal(blobByteCount))"),
            ("Recovery", recoveryRecipient ?? "no recipient"),
            ("Last scrub", lastScrub?.rfc3339 ?? "never"),
        ])
        return S3Answer(
            [
                "StoreId": .string(storeID), "FormatVersion": .count(formatVersion), "DatabaseByteCount": .size(databaseByteCount),
                "BlobCount": .count(blobCount), "BlobByteCount": .size(blobByteCount), "RecoveryRecipient": .text(recoveryRecipient),
                "LastScrubDate": .text(lastScrub?.rfc3339), "Buckets": .array(members),
            ], text: fields.text + "\n" + table.text)
    }
}
