import Integrity

extension ExitStatus {
    init(_ code: IntegrityError.Code) {
        switch code {
        case .notFound, .noSuchEntry: self = .notFound
        case .invalidArgument, .notAFolder: self = .usage
        case .invalidSignature: self = .negative
        case .outputExists, .notSigned, .unknownSigner, .rolledBack, .keyService: self = .denied
        case .malformed, .truncated, .damaged, .unsafePath: self = .damaged
        case .unreadable, .unwritable, .changedMeanwhile, .newerFormat, .unsupported: self = .environment
        case .cancelled: self = .interrupted
        case .internalFailure: self = .bug
        }
    }
}

extension IntegrityError.Code {
    /// As programs see it: `ChangedMeanwhile`.
    var memberName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
