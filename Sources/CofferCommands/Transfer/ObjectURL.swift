import ObjectStore
import SystemPackage

/// `coffer://BUCKET/KEY`, or with a part of a key, or with none: how people name objects, prefixes and buckets.
///
/// The key is what is typed, byte by byte: nothing in it is an escape.
struct ObjectURL: Sendable, Equatable, CustomStringConvertible {
    static let scheme = "coffer://"

    let bucket: BucketName
    /// The key or its beginning; empty for the whole bucket.
    let path: [UInt8]

    init(bucket: BucketName, path: [UInt8]) {
        self.bucket = bucket
        self.path = path
    }

    /// - Throws: `CommandError` for text that is none; `InvalidBucketName`.
    init(_ text: String, in session: Session) throws {
        try session.context.arguments.requireText(text)
        guard let name = text.dropping(prefix: Self.scheme) else {
            throw CommandError(.usage, "\"\(text.prefix(80))\" does not name an object", hint: "objects are named coffer://BUCKET/KEY")
        }
        bucket = try BucketName(String(name.prefix { $0 != "/" }))
        path = Array(name.drop { $0 != "/" }.dropFirst().utf8)
    }

    static func isOne(_ text: String) -> Bool { text.hasPrefix(scheme) }

    /// Whether it stands for everything that begins so, and not for one object.
    var isFolder: Bool { path.isEmpty || path.last == UInt8(ascii: "/") }

    /// The same with a slash behind it, unless it is the whole bucket.
    var asFolder: ObjectURL { isFolder ? self : appending([UInt8(ascii: "/")]) }

    func appending(_ bytes: some Sequence<UInt8>) -> ObjectURL { ObjectURL(bucket: bucket, path: path + bytes) }

    /// - Throws: as `ObjectKey`.
    func key() throws(ObjectStoreError) -> ObjectKey { try ObjectKey(path) }

    /// - Throws: `CommandError` when it names no single object.
    func object() throws -> ObjectReference {
        guard !path.isEmpty else { throw CommandError(.usage, "\(self) names a bucket, not an object") }
        return ObjectReference(bucket: bucket, key: try key())
    }

    var description: String { "\(Self.scheme)\(bucket)/\(String(decoding: path, as: UTF8.self))" }
}

extension ObjectReference {
    /// For people.
    var name: String { "\(ObjectURL.scheme)\(bucket)/\(key)" }
}

extension FilePath {
    /// The bytes of the path, whatever they are.
    var platformBytes: [UInt8] {
        withPlatformString { text in
            var count = 0
            while text[count] != 0 { count += 1 }
            return Array(UnsafeRawBufferPointer(start: text, count: count))
        }
    }
}
