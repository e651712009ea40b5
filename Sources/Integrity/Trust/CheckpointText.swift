import AgeFormat
import OpenSSL

/// How a checkpoint is written.
enum CheckpointText {
    static let originPrefix = "coffer-manifest/"
    static let toolPrefix = "coffer/"

    /// The names of our lines, in their order.
    enum Field: String, CaseIterable {
        case tool, time, sequence, previous, subject, digest, sealed
        case oneFileSystem = "one-file-system"
        case filesOnly = "files-only"
        case exclude

        var mayRepeat: Bool { self == .digest || self == .exclude }
        var hasValue: Bool { self != .oneFileSystem && self != .filesOnly }
    }

    static func encode(
        manifestID: ManifestID, entryCount: UInt64, root: TreeHash, toolVersion: String, time: CheckpointTime, sequence: UInt64,
        previous: TreeHash?, subject: [UInt8], options: ManifestOptions
    ) -> [UInt8] {
        var text = Array("\(originPrefix)\(manifestID)\n\(entryCount)\n\(base64(root))\n".utf8)
        func append(_ field: Field, _ value: [UInt8]) {
            text += Array(field.rawValue.utf8) + [NoteText.space] + value + [NoteText.lineFeed]
        }
        append(.tool, Array((toolPrefix + toolVersion).utf8))
        append(.time, Array(time.description.utf8))
        append(.sequence, Array(String(sequence).utf8))
        if let previous { append(.previous, Array(base64(previous).utf8)) }
        append(.subject, NoteText.percentEncoded(subject))
        for digest in options.digests { append(.digest, Array(digest.rawValue.utf8)) }
        append(.sealed, Array(options.sealed.rawValue.utf8))
        if options.oneFileSystem { text += Array("\(Field.oneFileSystem.rawValue)\n".utf8) }
        if options.filesOnly { text += Array("\(Field.filesOnly.rawValue)\n".utf8) }
        for pattern in options.exclusions { append(.exclude, NoteText.percentEncoded(pattern)) }
        return text
    }

    static func base64(_ hash: TreeHash) -> String { Base64.encode(hash.bytes, padding: .required) }

    static func hash(base64 text: ArraySlice<UInt8>) -> TreeHash? {
        // 32 bytes have 44 characters; longer texts are not decoded.
        guard text.count == 44 else { return nil }
        do {
            return TreeHash(try Base64.decode(text, padding: .required))
        } catch {
            return nil
        }
    }

    /// Each once, as they are written.
    static func inOrder(_ digests: [DigestAlgorithm]) -> [DigestAlgorithm] { DigestAlgorithm.allCases.filter(digests.contains) }
}
