/// Why a profile cannot be used.
public enum ProfileError: Error, Sendable, Hashable {
    /// In bytes.
    case tooLarge(Int)
    /// What is wrong and where.
    case malformed(String)
    case unknownName(String)
}

extension ProfileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge(let count):
            "cannot read a profile of \(count) bytes: one has at most \(Profile.maximumSize); look whether this is the right file"
        case .malformed(let reason):
            "cannot read the profile: \(reason); compare it with what coffer tls profiles show prints"
        case .unknownName(let name):
            "there is no profile \"\(name)\"; coffer tls profiles list names all, and a file is given by its path"
        }
    }
}
