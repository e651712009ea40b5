import ArgumentParser
import ObjectStore

/// What part of a bucket is listed, and how.
struct ListingOptions: ParsableArguments {
    @OptionGroup var bucket: BucketOption
    @Option(name: .long, help: "Only keys that begin so.") var prefix: String?
    @Option(name: .long, help: "Roll up what has this behind the prefix, usually /.") var delimiter: String?
    @Option(name: .long, help: "url: percent-encode the keys in the answer.") var encodingType: EncodingType?

    enum EncodingType: String, ExpressibleByArgument, CaseIterable { case url }

    func scope(maximum: Int?, in session: Session) throws -> ListingScope {
        try session.context.arguments.requireText(prefix ?? "")
        return ListingScope(prefix: Array((prefix ?? "").utf8), delimiter: delimiter.map { Array($0.utf8) }, maxKeys: maximum)
    }

    /// How the answer writes keys.
    var keyText: KeyText { KeyText(isEncoded: encodingType == .url) }
}

/// Keys in an answer: as they are, or percent-encoded.
struct KeyText: Sendable {
    var isEncoded = false

    func text(_ bytes: [UInt8]) -> String { isEncoded ? PercentEncoding.encode(bytes) : String(decoding: bytes, as: UTF8.self) }
    func text(_ key: ObjectKey) -> String { text(key.bytes) }
}
