public import KeyStore

/// Why an object operation was refused or failed.
///
/// `code` is S3's error name (Amazon S3 API reference, "Error responses") or, for what S3 does not know, one of ours. Errors
/// compare by `code` alone, so that a caller can test for a kind of failure without repeating its sentence. The message is never
/// empty, since clients of S3 stumble over an empty one, and never holds a key, a code or a byte of an object.
public struct ObjectStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One more element of S3's error document, such as `ArgumentName` or `ActualObjectSize`.
    public struct Detail: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What S3 still says about a delete marker that stands where an object was asked for.
    public struct DeleteMarkerFacts: Sendable, Hashable {
        public let versionID: VersionID
        public let lastModified: Timestamp

        public init(versionID: VersionID, lastModified: Timestamp) {
            self.versionID = versionID
            self.lastModified = lastModified
        }
    }

    public let code: ObjectStoreErrorCode
    public let message: String
    public let details: [Detail]
    /// Set with `NoSuchKey` and `MethodNotAllowed` when the cause is a delete marker.
    public let deleteMarker: DeleteMarkerFacts?

    /// What to do about it, where something can be done.
    public let advice: String?

    /// What a file had to do with it; see `isWriteFailure` and `isMissingBlob`.
    let fileCause: FileCause?

    /// - Parameter message: One sentence; without it, S3's own for the code.
    public init(_ code: ObjectStoreErrorCode, _ message: String = "", details: [Detail] = [], deleteMarker: DeleteMarkerFacts? = nil) {
        self.init(code, message, details: details, deleteMarker: deleteMarker, fileCause: nil)
    }

    init(
        _ code: ObjectStoreErrorCode, _ message: String, details: [Detail] = [], deleteMarker: DeleteMarkerFacts? = nil,
        advice: String? = nil, fileCause: FileCause? = nil
    ) {
        self.code = code
        self.message = message.isEmpty ? code.message : message
        self.details = details
        self.deleteMarker = deleteMarker
        self.advice = advice ?? code.advice
        self.fileCause = fileCause
    }

    /// `InvalidArgument` with the name and the value of the argument, as S3 reports it.
    public static func argument(_ name: String, _ value: String, _ message: String) -> ObjectStoreError {
        ObjectStoreError(
            .invalidArgument, message, details: [Detail(name: "ArgumentName", value: name), Detail(name: "ArgumentValue", value: value)])
    }

    /// `NotImplemented` for something of S3 that is known and not offered.
    public static func notImplemented(_ what: String) -> ObjectStoreError {
        ObjectStoreError(.notImplemented, "\(what) is not implemented by this object store.")
    }

    public var httpStatus: Int { code.httpStatus }
    public var description: String { "\(code.rawValue): \(message)" }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
