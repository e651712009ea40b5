import ArgumentParser
import KeyStore
import OpenSSL
import SystemPackage

/// A seal to be made: `passphrase`, `keyfile:PATH` or `recovery:age1…`.
enum SealArgument: ExpressibleByArgument, Equatable, Sendable {
    case passphrase
    case keyFile(String)
    case recovery(String)

    init?(argument: String) {
        if argument == "passphrase" {
            self = .passphrase
        } else if let path = argument.dropping(prefix: "keyfile:"), !path.isEmpty {
            self = .keyFile(path)
        } else if let recipient = argument.dropping(prefix: "recovery:"), !recipient.isEmpty {
            self = .recovery(recipient)
        } else {
            return nil
        }
    }

    static var defaultCompletionKind: CompletionKind { WordCompletion.seal }

    static let help = ArgumentHelp(
        "passphrase, keyfile:PATH (a new key file is written there) or recovery:age1… (an identity kept elsewhere).", valueName: "seal")

    var defaultLabel: String {
        switch self {
        case .passphrase: "passphrase"
        case .keyFile: "key file"
        case .recovery: "recovery"
        }
    }

    var isRecovery: Bool {
        switch self {
        case .passphrase, .keyFile: false
        case .recovery: true
        }
    }

    /// Makes what the seal needs and hands it to `use`. A key file is written, and safe on the disk, before a seal depends
    /// on it; if `use` fails it is removed again.
    func make<R>(
        newPassphrase: NewPassphraseOptions, in session: Session, use: (consuming NewSeal) throws -> R
    ) throws -> R {
        switch self {
        case .passphrase:
            let passphrase = try NewPassphrase.read(newPassphrase, purpose: "the store", in: session)
            return try use(.passphrase(passphrase, session.context.scrypt))
        case .keyFile(let path):
            let identity = try AgeIdentity.generate()
            let absolute = try KeyFile.absolute(path)
            let created = try session.context.clock.read().wall.rfc3339
            try SecretFile.create(absolute, as: "key file", contents: identity.fileContents(created: created))
            do {
                return try use(.keyFile(path: absolute, identity: identity))
            } catch {
                KeyFile.remove(absolute)
                throw error
            }
        case .recovery(let recipient):
            return try use(.recovery(AgeRecipient(recipient)))
        }
    }
}
