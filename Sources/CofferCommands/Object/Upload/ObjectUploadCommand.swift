import ArgumentParser
import ObjectStore

/// `coffer object upload`: objects that are made of parts.
struct ObjectUploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload", abstract: "Upload an object in parts (multipart upload).",
        discussion: """
            $ ID=$(coffer object upload create --bucket backups --key big)
            $ coffer object upload part --bucket backups --key big --upload-id $ID \\
                --part-number 1 --body part1
            $ coffer object upload parts --bucket backups --key big --upload-id $ID \\
                --json | jq '{Parts: [.Parts[] | {PartNumber, ETag}]}' > parts.json
            $ coffer object upload complete --bucket backups --key big --upload-id $ID \\
                --multipart-upload parts.json

            \(ExitStatus.help)
            """,
        subcommands: [
            ObjectUploadCreate.self, ObjectUploadPart.self, ObjectUploadPartCopy.self, ObjectUploadComplete.self, ObjectUploadAbort.self,
            ObjectUploadList.self, ObjectUploadParts.self,
        ])
}

/// The upload that a command is about.
struct UploadOptions: ParsableArguments {
    @OptionGroup var object: ObjectOptions
    @Option(name: .long, help: "The upload.") var uploadId: String

    func reference(in session: Session) throws -> UploadReference {
        try UploadReference(bucket: object.bucketName(), key: object.objectKey(in: session), uploadID: UploadID(uploadId))
    }
}

extension UploadReference {
    var members: [String: JSONValue?] {
        ["Bucket": .string(bucket.text), "Key": .string(key.text), "UploadId": .string(uploadID.text)]
    }
}
