import OpenSSL
import Synchronization
import SystemPackage

/// Passphrases that came through descriptors, each read once.
final class DescriptorPassphrases: Sendable {
    private final class Passphrase: Sendable {
        let bytes: SecretBytes

        init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
    }

    private let known = Mutex<[Int32: Passphrase]>([:])

    func read(_ number: Int32) throws -> SecretBytes {
        try known.withLock { known in
            if let passphrase = known[number] { return try passphrase.bytes.copy() }
            let passphrase = Passphrase(
                try SecretFile.readPassphrase(FileDescriptor(rawValue: number), named: "file descriptor \(number)"))
            known[number] = passphrase
            return try passphrase.bytes.copy()
        }
    }
}
