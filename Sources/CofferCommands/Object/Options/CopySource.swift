import ArgumentParser
import ObjectStore

/// `--copy-source` of `aws s3api`: `BUCKET/KEY`, percent-encoded, with `?versionId=ID` behind it for a version.
struct CopySourceOption: ParsableArguments {
    private static let versionMark = "?versionId="

    @Option(
        name: .long,
        help: ArgumentHelp("What is copied: BUCKET/KEY, percent-encoded; ?versionId=ID behind it names a version.", valueName: "source"),
        completion: WordCompletion.bucketPath)
    var copySource: String

    func parse(in session: Session) throws -> ObjectReference {
        try session.context.arguments.requireText(copySource)
        let pieces = copySource.split(separator: Self.versionMark, maxSplits: 1, omittingEmptySubsequences: false)
        let path = pieces[0].hasPrefix("/") ? pieces[0].dropFirst() : pieces[0]
        guard let slash = path.firstIndex(of: "/"), let key = PercentEncoding.decode(String(path[path.index(after: slash)...])) else {
            throw ObjectStoreError.argument(
                "x-amz-copy-source", copySource, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
        }
        return try ObjectReference(
            bucket: BucketName(String(path[..<slash])), key: ObjectKey(key),
            versionID: pieces.count == 2 ? VersionID(String(pieces[1])) : nil)
    }
}
