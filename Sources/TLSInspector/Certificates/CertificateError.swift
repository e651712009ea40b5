/// Why a certificate, or a file of them, could not be read.
public enum CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes are not what they should be; the text says where, with libcrypto's reason.
    case malformed(String)
    /// Longer, or with more entries, than is read here.
    case oversized(String)
    /// Honest perhaps, but out of this program's reach.
    case unsupported(String)
    /// The file can only be read with a passphrase, and none was given.
    case passphraseNeeded(String)
    /// The passphrase does not fit the file's own check. A file that was changed looks the same.
    case wrongPassphrase(String)
    /// libcrypto failed for a reason of its own.
    case failed(String)

    public var description: String {
        switch self {
        case .malformed(let what): "reading a certificate failed: \(what); check that the file is whole and of the kind it claims to be"
        case .oversized(let what): "reading certificates stopped: \(what); split the file"
        case .unsupported(let what): "reading certificates stopped: \(what)"
        case .passphraseNeeded(let what): "\(what) is protected by a passphrase; give it"
        case .wrongPassphrase(let what): "the passphrase does not open \(what), or the file was changed; check the passphrase"
        case .failed(let what): "reading a certificate failed: \(what)"
        }
    }
}
