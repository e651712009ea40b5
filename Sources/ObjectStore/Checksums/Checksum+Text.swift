import AgeFormat

extension Checksum {
    /// The bound of a text that is looked at, in bytes: SHA-256 in base64 and the number of parts.
    private static let maximumTextByteCount = 64

    /// Reads the text of a header or an argument: `crUfeA==`, or for a composite checksum `YsK5Tg==-3`.
    ///
    /// - Throws: `InvalidRequest`, as S3, for what is not base64 of the right length.
    public init(_ algorithm: ChecksumAlgorithm, text: String) throws(ObjectStoreError) {
        guard text.utf8.count <= Self.maximumTextByteCount else { throw Self.invalid(algorithm) }
        let pieces = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        var partCount: Int?
        if pieces.count == 2 {
            guard let count = Int(pieces[1]), PartRules.numbers.contains(count), String(count) == pieces[1] else {
                throw Self.invalid(algorithm)
            }
            partCount = count
        }
        let bytes: [UInt8]
        do { bytes = try Base64.decode(String(pieces[0]), padding: .required) } catch { throw Self.invalid(algorithm) }
        guard bytes.count == algorithm.byteCount else { throw Self.invalid(algorithm) }
        self.init(algorithm, bytes: bytes, partCount: partCount)
    }

    private static func invalid(_ algorithm: ChecksumAlgorithm) -> ObjectStoreError {
        ObjectStoreError(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
    }
}

extension ChecksumAlgorithm {
    /// The header that carries a value.
    public var headerName: String { "x-amz-checksum-\(rawValue.lowercased())" }
}
