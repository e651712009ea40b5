import OpenSSL

extension DigestAlgorithm {
    /// Whether two contents with one digest are the same whoever made them. Of MD5 and SHA-1, anybody can make two.
    var isStrong: Bool { self != .md5 && self != .sha1 }

    fileprivate var strength: Int {
        switch self {
        case .md5: 0
        case .sha1: 1
        case .sha224: 2
        case .sha384: 3
        case .blake2b512: 4
        case .sha512: 5
        case .sha256: 6
        }
    }
}

extension Collection<DigestAlgorithm> {
    /// By which of several digests a content is judged; nil of none.
    var strongest: DigestAlgorithm? { self.max { $0.strength < $1.strength } }
}
