/// The rules for copies (Amazon S3 API reference, CopyObject and UploadPartCopy).
public enum CopyRules {
    /// - Throws: `InvalidRequest` for a copy onto itself that would change nothing.
    public static func check(_ request: CopyObjectRequest) throws(ObjectStoreError) {
        let isOntoItself =
            request.copySource.bucket == request.bucket && request.copySource.key == request.key && request.copySource.versionID == nil
        guard isOntoItself, request.metadataDirective == .copy, request.ssekmsKeyID == nil, request.checksumAlgorithm == nil else { return }
        throw ObjectStoreError(
            .invalidRequest,
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, "
                + "storage class, website redirect location or encryption attributes.")
    }

    /// What a lookup of the source says, as an error of the copy.
    ///
    /// - Parameter error: Of `VersioningRules.currentObject` or `namedObject`.
    public static func sourceError(_ error: ObjectStoreError) -> ObjectStoreError {
        guard error.code == .methodNotAllowed else { return error }
        return ObjectStoreError(
            .invalidRequest, "The source of a copy request may not specifically refer to a delete marker by version id.")
    }

    /// - Throws: `InvalidRequest` for a source that is too large to be copied at once.
    public static func checkSourceSize(_ byteCount: UInt64) throws(ObjectStoreError) {
        guard byteCount <= PartRules.maximumByteCount else {
            throw ObjectStoreError(
                .invalidRequest,
                "The specified copy source is larger than the maximum allowable size for a copy source: \(PartRules.maximumByteCount)")
        }
    }

    /// The bytes of the source that become a part.
    ///
    /// - Throws: `InvalidArgument` for anything but `bytes=first-last` within the source.
    public static func partRange(_ range: ByteRange?, of byteCount: UInt64) throws(ObjectStoreError) -> Range<UInt64> {
        guard let range else {
            try checkSourceSize(byteCount)
            return 0..<byteCount
        }
        guard case .bounded(let first, let last) = range, first <= last else {
            throw .argument(
                "x-amz-copy-source-range", range.text,
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of "
                    + "the first and last bytes to copy")
        }
        guard last < byteCount else {
            throw .argument("x-amz-copy-source-range", range.text, "Range specified is not valid for source object of size: \(byteCount)")
        }
        try PartRules.checkSize(last - first + 1)
        return first..<last + 1
    }

    /// A key of which every byte is escaped, a bucket and a version ID.
    private static let maximumSourceByteCount = 4300

    /// Reads `x-amz-copy-source`: `/bucket/key` or `bucket/key`, percent-encoded, with `?versionId=` for one version.
    ///
    /// - Throws: `InvalidArgument` for what names no bucket and key.
    public static func source(_ text: String) throws(ObjectStoreError) -> ObjectReference {
        guard text.utf8.count <= maximumSourceByteCount else { throw .argument("x-amz-copy-source", "", "The copy source is too long.") }
        let trimmed = text.hasPrefix("/") ? text.dropFirst() : text[...]
        let marker = "?versionId="
        var (path, version) = (trimmed, VersionID?.none)
        if let start = trimmed.lastRange(of: marker) {
            version = try VersionID(String(trimmed[start.upperBound...]))
            path = trimmed[..<start.lowerBound]
        }
        guard let slash = path.firstIndex(of: "/"), let key = PercentEncoding.decode(String(path[path.index(after: slash)...])),
            let bucket = PercentEncoding.decode(String(path[..<slash]))
        else {
            throw .argument("x-amz-copy-source", text, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
        }
        return ObjectReference(
            bucket: try BucketName(String(decoding: bucket, as: UTF8.self)), key: try ObjectKey(key), versionID: version)
    }
}

extension Substring {
    /// Where `text` stands for the last time.
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var start = endIndex
        while start > startIndex {
            start = index(before: start)
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
        }
        return nil
    }
}
