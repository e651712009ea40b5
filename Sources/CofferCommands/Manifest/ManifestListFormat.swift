import ArgumentParser
import Integrity
import OpenSSL

/// A list by the name of the tool that reads it.
enum ManifestListFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, b2sum, bsd, bagit, hashdeep

    var format: ManifestExportFormat {
        switch self {
        case .md5sum, .sha1sum, .sha224sum, .sha256sum, .sha384sum, .sha512sum, .b2sum: .gnu
        case .bsd: .bsd
        case .bagit: .bagIt
        case .hashdeep: .hashdeep
        }
    }

    /// - Parameter named: what was asked for; the format's own digests where nothing was.
    func digests(_ named: [DigestAlgorithm]) throws -> [DigestAlgorithm] {
        let digests = named.isEmpty ? usual : named
        guard format != .gnu || digests == usual else {
            throw ValidationError("\(rawValue) reads \(usual[0].rawValue) alone; leave --algorithm out, or choose --format bsd")
        }
        guard Set(digests).count == digests.count else { throw ValidationError("an algorithm is named twice") }
        guard format != .bagIt || digests.count == 1 else {
            throw ValidationError("a manifest of a bag has one digest; name one --algorithm")
        }
        return digests
    }

    private var usual: [DigestAlgorithm] {
        switch self {
        case .md5sum: [.md5]
        case .sha1sum: [.sha1]
        case .sha224sum: [.sha224]
        case .sha256sum, .bsd, .bagit: [.sha256]
        case .sha384sum: [.sha384]
        case .sha512sum: [.sha512]
        case .b2sum: [.blake2b512]
        case .hashdeep: [.md5, .sha256]
        }
    }
}
