/// The rules for the parts of an upload (Amazon S3 User Guide, "Amazon S3 multipart upload limits").
public enum PartRules {
    public static let numbers = 1...10_000
    /// Of every part but the last, in bytes.
    public static let minimumByteCount: UInt64 = 5 << 20
    /// Of every part, and of an object that is put at once, in bytes.
    public static let maximumByteCount: UInt64 = 5 << 30
    /// Of an object, in bytes: as many of the largest parts as there are numbers, 48.8 TiB.
    public static let maximumObjectByteCount = UInt64(numbers.upperBound) * maximumByteCount
}
