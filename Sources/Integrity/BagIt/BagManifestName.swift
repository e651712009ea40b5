import OpenSSL

/// The name of a manifest: `manifest-sha256.txt`, `tagmanifest-md5.txt`.
struct BagManifestName: Sendable, Hashable {
    let fileName: String
    let isTagManifest: Bool
    /// In lower case, without punctuation (RFC 8493 §2.4): `sha256`.
    let algorithmName: String

    /// Those that libraries of BagIt know; all others are reported.
    static let algorithms: [DigestAlgorithm] = [.md5, .sha1, .sha224, .sha256, .sha384, .sha512]

    /// nil for a function that is not known here.
    var algorithm: DigestAlgorithm? { Self.algorithms.first { $0.rawValue == algorithmName } }

    /// nil for another file.
    init?(_ name: [UInt8]) {
        guard let text = String(validating: name, as: UTF8.self), text.hasSuffix(".txt") else { return nil }
        let stem = text.dropLast(".txt".count)
        isTagManifest = stem.hasPrefix("tagmanifest-")
        guard isTagManifest || stem.hasPrefix("manifest-"), let dash = stem.firstIndex(of: "-") else { return nil }
        let algorithm = stem[stem.index(after: dash)...].lowercased().filter { $0.isLetter || $0.isNumber }
        guard !algorithm.isEmpty else { return nil }
        algorithmName = algorithm
        fileName = text
    }

    init(_ algorithm: DigestAlgorithm, isTagManifest: Bool) {
        fileName = "\(isTagManifest ? "tagmanifest" : "manifest")-\(algorithm.rawValue).txt"
        self.isTagManifest = isTagManifest
        algorithmName = algorithm.rawValue
    }
}
