import ArgumentParser
import ObjectStore

/// What is said about an object's content, and given back as it was given.
struct ContentOptions: ParsableArguments {
    @Option(name: .long, help: "The type of the content, for example text/plain.") var contentType: String?
    @Option(name: .long, help: "How the content is encoded, for example gzip.") var contentEncoding: String?
    @Option(name: .long, help: "The language of the content.") var contentLanguage: String?
    @Option(name: .long, help: "How a browser presents it.") var contentDisposition: String?
    @Option(name: .long, help: "For how long others may keep copies.") var cacheControl: String?
    @Option(name: .long, help: "When a copy is out of date; not read here.") var expires: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Metadata of your own: name=value,name=value or a JSON object; may be repeated.", valueName: "pairs"))
    var metadata: [String] = []

    var isEmpty: Bool {
        metadata.isEmpty
            && [contentType, contentEncoding, contentLanguage, contentDisposition, cacheControl, expires].allSatisfy { $0 == nil }
    }

    func headers() throws(ObjectStoreError) -> ContentHeaders {
        try ContentHeaders(
            contentType: contentType, contentEncoding: contentEncoding, contentLanguage: contentLanguage,
            contentDisposition: contentDisposition, cacheControl: cacheControl, expires: expires)
    }

    func userMetadata() throws -> UserMetadata { try MetadataArgument.parse(metadata) }
}

/// `--metadata` of `aws s3api`.
enum MetadataArgument {
    static func parse(_ arguments: [String]) throws -> UserMetadata {
        let pairs = try ContextArgument.pairs(arguments, option: "--metadata")
        return try UserMetadata(pairs.map { UserMetadata.Entry(name: $0.key, value: $0.value) })
    }
}

/// What the answer says of the content instead of what is stored.
struct ResponseHeaderOptions: ParsableArguments {
    @Option(name: .long, help: "Answer with this Content-Type.") var responseContentType: String?
    @Option(name: .long, help: "Answer with this Content-Encoding.") var responseContentEncoding: String?
    @Option(name: .long, help: "Answer with this Content-Language.") var responseContentLanguage: String?
    @Option(name: .long, help: "Answer with this Content-Disposition.") var responseContentDisposition: String?
    @Option(name: .long, help: "Answer with this Cache-Control.") var responseCacheControl: String?
    @Option(name: .long, help: "Answer with this Expires.") var responseExpires: String?

    func parse() throws(ObjectStoreError) -> ContentHeaders? {
        let given = [
            responseContentType, responseContentEncoding, responseContentLanguage, responseContentDisposition, responseCacheControl,
            responseExpires,
        ]
        guard given.contains(where: { $0 != nil }) else { return nil }
        return try ContentHeaders(
            contentType: responseContentType, contentEncoding: responseContentEncoding, contentLanguage: responseContentLanguage,
            contentDisposition: responseContentDisposition, cacheControl: responseCacheControl, expires: responseExpires)
    }
}
