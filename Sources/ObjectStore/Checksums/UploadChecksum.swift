/// What a request that sends bytes says about their checksum: which one is kept, and what it has to be.
public struct UploadChecksum: Sendable, Hashable {
    /// S3's default: CRC64NVME, calculated here.
    public static let `default` = UploadChecksum(algorithm: .default, expected: nil)

    public let algorithm: ChecksumAlgorithm
    /// nil: whatever comes out.
    public let expected: Checksum?

    private init(algorithm: ChecksumAlgorithm, expected: Checksum?) {
        self.algorithm = algorithm
        self.expected = expected
    }

    /// - Parameters:
    ///   - algorithm: `ChecksumAlgorithm`, or nil if the request does not name one.
    ///   - given: The `x-amz-checksum-` values of the request, at most one.
    ///   - fallback: What is calculated if the request says nothing: the upload's algorithm for a part.
    /// - Throws: `InvalidRequest` for two values, for a composite one, or one of another algorithm than the named one.
    public init(algorithm: ChecksumAlgorithm? = nil, given: [Checksum] = [], fallback: ChecksumAlgorithm = .default)
        throws(ObjectStoreError)
    {
        guard given.count <= 1 else {
            throw ObjectStoreError(
                .invalidRequest, "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        }
        if let expected = given.first {
            guard algorithm == nil || algorithm == expected.algorithm else {
                throw ObjectStoreError(.invalidRequest, "Value for x-amz-sdk-checksum-algorithm header is invalid.")
            }
            guard expected.type == .fullObject else {
                throw ObjectStoreError(.invalidRequest, "Value for \(expected.algorithm.headerName) header is invalid.")
            }
        }
        self.init(algorithm: given.first?.algorithm ?? algorithm ?? fallback, expected: given.first)
    }

    /// - Throws: `BadDigest` if `calculated` is not what was expected.
    public func verify(_ calculated: Checksum) throws(ObjectStoreError) {
        guard let expected, expected != calculated else { return }
        throw ObjectStoreError(.badDigest, "The \(algorithm.rawValue) you specified did not match the calculated checksum.")
    }
}
