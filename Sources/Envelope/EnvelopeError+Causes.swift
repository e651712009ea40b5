import AgeFormat
import KeyStore
import OpenSSL
import SystemPackage

extension EnvelopeError {
    /// - Parameter file: how a person named the file.
    init(_ error: AgeFormatError, file: String) {
        let code: Code =
            switch error.code {
            case .notAnAgeFile: .notASealedFile
            case .unsupportedVersion, .armored: .unsupportedFormat
            case .malformedHeader, .headerTooLarge, .tooManyStanzas, .malformedArmor: .damagedHeader
            case .truncated: .truncated
            }
        self.init(code, "\(file): \(error.message)")
    }

    init(_ error: KeyStoreError, while what: String) {
        self.init(.keyService, "\(what): \(error)", keyStoreError: error)
    }

    init(_ error: OpenSSLError, while what: String) {
        self.init(KeyStoreError(.internalFailure, "\(error)"), while: what)
    }

    static func reading(_ file: String, _ errno: Errno) -> EnvelopeError {
        switch errno {
        case .noSuchFileOrDirectory, .notDirectory: EnvelopeError(.inputNotFound, "\(file): no such file", errno: errno)
        case .isDirectory: .inputIsDirectory(file)
        default: EnvelopeError(.inputUnreadable, "\(file): cannot be read: \(errno)", errno: errno)
        }
    }

    static func writing(_ file: String, _ errno: Errno) -> EnvelopeError {
        switch errno {
        case .noSpace, .diskQuotaExceeded:
            EnvelopeError(.noSpace, "\(file): cannot be written: the disk or the quota is full", errno: errno)
        case .brokenPipe: EnvelopeError(.brokenPipe, "\(file): cannot be written: the reader has gone", errno: errno)
        case .fileExists: .outputExists(file)
        case .isDirectory: EnvelopeError(.outputIsDirectory, "\(file): is a directory: name a file in it", errno: errno)
        default: EnvelopeError(.outputFailed, "\(file): cannot be written: \(errno)", errno: errno)
        }
    }

    static func inputIsDirectory(_ file: String) -> EnvelopeError {
        EnvelopeError(.inputIsDirectory, "\(file): is a directory")
    }

    package static func outputExists(_ file: String) -> EnvelopeError {
        EnvelopeError(.outputExists, "\(file): exists already, and is not replaced unless that is asked for")
    }
}
