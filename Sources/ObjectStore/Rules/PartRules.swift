import KeyStore

/// The rules for the parts of an upload (Amazon S3 User Guide, "Amazon S3 multipart upload limits").
public enum PartRules {
    public static let numbers = 1...10_000
    /// Of every part but the last, in bytes.
    public static let minimumByteCount: UInt64 = 5 << 20
    /// Of every part, and of an object that is put at once, in bytes.
    public static let maximumByteCount: UInt64 = 5 << 30
    /// Of an object, in bytes: as many of the largest parts as there are numbers, 48.8 TiB.
    public static let maximumObjectByteCount = UInt64(numbers.upperBound) * maximumByteCount

    /// - Throws: `InvalidArgument`.
    public static func checkNumber(_ number: Int) throws(ObjectStoreError) {
        guard numbers.contains(number) else {
            throw .argument("partNumber", String(number), "Part number must be an integer between 1 and 10000, inclusive")
        }
    }

    /// - Throws: `EntityTooLarge` for more than one part, or one PutObject, may have.
    public static func checkSize(_ byteCount: UInt64) throws(ObjectStoreError) {
        guard byteCount <= maximumByteCount else {
            throw ObjectStoreError(
                .entityTooLarge,
                details: [
                    ObjectStoreError.Detail(name: "ProposedSize", value: String(byteCount)),
                    ObjectStoreError.Detail(name: "MaxSizeAllowed", value: String(maximumByteCount)),
                ])
        }
    }

    /// The parts that a request completes an upload with, checked against those that are there, in their order.
    ///
    /// - Parameters:
    ///   - requested: As the request lists them.
    ///   - uploaded: The parts of the upload, in any order, each number once.
    ///   - checksum: What the upload keeps.
    /// - Throws: `MalformedXML` for an empty or endless list, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`;
    ///   `InvalidRequest` for a composite upload's part without its checksum.
    public static func select(
        _ requested: [CompletedPart], from uploaded: [PartEntry], keeping checksum: MultipartChecksum
    ) throws(ObjectStoreError) -> [PartEntry] {
        guard numbers.contains(requested.count) else { throw ObjectStoreError(.malformedXML) }
        guard zip(requested, requested.dropFirst()).allSatisfy({ $0.partNumber < $1.partNumber }) else {
            throw ObjectStoreError(.invalidPartOrder)
        }
        let present = Dictionary(uploaded.map { ($0.partNumber, $0) }, uniquingKeysWith: { _, later in later })
        var parts: [PartEntry] = []
        for part in requested {
            try parts.append(check(part, present[part.partNumber], checksum))
        }
        try checkSizes(parts)
        return parts
    }

    /// The checksum of the completed object.
    ///
    /// - Throws: `BadDigest` if the request expects another; `InvalidRequest` if it expects another size.
    public static func checksum(
        of parts: [PartEntry], keeping checksum: MultipartChecksum, expected: Checksum?, expectedByteCount: UInt64?
    ) throws(ObjectStoreError) -> Checksum {
        let byteCount = parts.reduce(0) { $0 + $1.size }
        if let expectedByteCount, expectedByteCount != byteCount {
            throw ObjectStoreError(
                .invalidRequest,
                "The provided 'x-amz-mp-object-size' header value \(expectedByteCount) does not match what was computed: \(byteCount)")
        }
        let computed = try checksum.checksum(of: parts.map { MultipartChecksum.Part(checksum: $0.checksum, byteCount: $0.size) })
        guard let expected else { return computed }
        let countMatches = expected.partCount == nil || expected.partCount == computed.partCount
        guard expected.algorithm == computed.algorithm, expected.bytes == computed.bytes, countMatches else {
            throw ObjectStoreError(.badDigest, "The \(expected.algorithm.rawValue) you specified did not match the calculated checksum.")
        }
        return computed
    }

    private static func check(_ part: CompletedPart, _ present: PartEntry?, _ checksum: MultipartChecksum) throws(ObjectStoreError)
        -> PartEntry
    {
        guard numbers.contains(part.partNumber), let present, present.eTag == part.eTag else { throw invalid(part) }
        guard let given = part.checksum else {
            guard checksum.type == .fullObject else {
                throw ObjectStoreError(
                    .invalidRequest,
                    "The upload was created using a \(checksum.algorithm.rawValue.lowercased()) checksum. The complete request must include the "
                        + "checksum for each part. It was missing for part \(part.partNumber) in the request.")
            }
            return present
        }
        guard given == present.checksum else { throw invalid(part) }
        return present
    }

    private static func checkSizes(_ parts: [PartEntry]) throws(ObjectStoreError) {
        if let small = parts.dropLast().first(where: { $0.size < minimumByteCount }) {
            throw ObjectStoreError(
                .entityTooSmall,
                details: [
                    ObjectStoreError.Detail(name: "ProposedSize", value: String(small.size)),
                    ObjectStoreError.Detail(name: "MinSizeAllowed", value: String(minimumByteCount)),
                    ObjectStoreError.Detail(name: "PartNumber", value: String(small.partNumber)),
                    ObjectStoreError.Detail(name: "ETag", value: small.eTag.text),
                ])
        }
    }

    private static func invalid(_ part: CompletedPart) -> ObjectStoreError {
        ObjectStoreError(
            .invalidPart,
            details: [
                ObjectStoreError.Detail(name: "PartNumber", value: String(part.partNumber)),
                ObjectStoreError.Detail(name: "ETag", value: part.eTag.text),
            ])
    }
}

extension ETag {
    /// The tag of an object of parts: opaque bytes and the number of parts, as S3 writes it.
    public init(opaque: [UInt8], partCount: Int? = nil) {
        let digits = Hex.encode(opaque)
        self.init(unchecked: partCount.map { "\(digits)-\($0)" } ?? digits)
    }
}
