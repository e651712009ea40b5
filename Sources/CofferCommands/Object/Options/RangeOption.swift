import ArgumentParser
import ObjectStore

/// Which bytes of an object, as an HTTP header says it (RFC 9110 §14.1.2).
enum RangeArgument {
    static let help = ArgumentHelp("Only these bytes: bytes=0-499, bytes=500- or bytes=-500.", valueName: "range")

    /// S3 answers with the whole object to what is no range. A person who wrote one is told.
    static func parse(_ text: String, option: String) throws -> ObjectStore.ByteRange {
        guard let range = try ObjectStore.ByteRange.parse(text) else {
            throw CommandError(.usage, "\(option): \"\(text.prefix(80))\" is not a range like bytes=0-499")
        }
        return range
    }
}
