import ArgumentParser
import Integrity
import OpenSSL

/// The algorithms that a bag's manifests may have.
enum BagAlgorithm: String, ExpressibleByArgument, CaseIterable {
    case md5, sha1, sha224, sha256, sha384, sha512

    var digest: DigestAlgorithm {
        switch self {
        case .md5: .md5
        case .sha1: .sha1
        case .sha224: .sha224
        case .sha256: .sha256
        case .sha384: .sha384
        case .sha512: .sha512
        }
    }
}

/// The versions that new bags may have.
enum NewBagVersion: String, ExpressibleByArgument, CaseIterable {
    case v10 = "1.0"
    case v097 = "0.97"

    var version: BagVersion {
        switch self {
        case .v10: .v10
        case .v097: .v097
        }
    }
}

/// A line of `bag-info.txt`: `Label: value`.
struct BagInfoArgument: ExpressibleByArgument, Equatable, Sendable {
    let label: String
    let value: String

    init?(argument: String) {
        guard let colon = argument.firstIndex(of: ":"), colon > argument.startIndex else { return nil }
        label = String(argument[..<colon])
        value = String(argument[argument.index(after: colon)...].drop { $0 == " " })
    }
}
