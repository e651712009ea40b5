import Integrity

extension ExitStatus {
    init(_ error: IntegrityError) {
        switch error.code {
        case .notFound, .noSuchEntry: self = .notFound
        case .notAFolder, .unsafePath, .invalidArgument, .unsupported: self = .usage
        case .outputExists, .notSigned, .invalidSignature, .unknownSigner, .rolledBack: self = .denied
        case .malformed, .truncated, .damaged: self = .damaged
        case .unreadable, .unwritable, .changedMeanwhile, .newerFormat, .keyService: self = .environment
        case .cancelled: self = .interrupted
        case .internalFailure: self = .bug
        }
    }
}

extension IntegrityError.Code {
    /// As programs see it: `OutputExists`.
    var memberName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
