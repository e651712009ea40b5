import Integrity
import KeyStore

extension ExitStatus {
    init(_ error: IntegrityError) {
        switch error.code {
        case .contentDiffers: self = .negative
        case .notFound, .noSuchEntry: self = .notFound
        case .invalidArgument, .notAFolder, .unsupported: self = .usage
        case .outputExists, .invalidSignature, .notSigned, .unknownSigner, .rolledBack: self = .denied
        case .malformed, .truncated, .damaged, .unsafePath: self = .damaged
        case .unreadable, .unwritable, .changedMeanwhile, .newerFormat: self = .environment
        case .keyService: self = error.keyStoreError.map { ExitStatus($0.code) } ?? .bug
        case .cancelled: self = .interrupted
        case .internalFailure: self = .bug
        }
    }
}

extension IntegrityError.Code {
    /// As programs see it: `ChangedMeanwhile`.
    var memberName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
