import OpenSSL
import SystemPackage
import TLSInspector

/// What opens a file of certificates that is protected; asked for when it turns out to be.
struct CertificatePassphrase {
    let file: String?
    let descriptor: Int32?

    func open(_ bytes: [UInt8], named name: String, in session: Session) throws -> CertificateFile {
        if file != nil || descriptor != nil { return try open(bytes, try given(in: session), name) }
        do throws(CertificateError) {
            return try CertificateContainer.open(bytes, passphrase: nil)
        } catch {
            guard case .passphraseNeeded = error else { throw Self.failure(error, name) }
        }
        let typed = try session.context.readPassphrase(
            prompt: "Passphrase of \(visible(name)): ", alternative: "give --passphrase-file or --passphrase-fd")
        return try open(bytes, typed, name)
    }

    private func given(in session: Session) throws -> SecretBytes {
        if let file { return try SecretFile.readPassphrase(path: file) }
        return try session.readPassphrase(fromDescriptor: descriptor ?? 0)
    }

    private func open(_ bytes: [UInt8], _ passphrase: consuming SecretBytes, _ name: String) throws -> CertificateFile {
        let passphrase: SecretBytes? = passphrase
        do throws(CertificateError) {
            return try CertificateContainer.open(bytes, passphrase: passphrase)
        } catch {
            throw Self.failure(error, name)
        }
    }

    private static func failure(_ error: CertificateError, _ name: String) -> CommandError {
        switch error {
        case .wrongPassphrase, .passphraseNeeded: CommandError(.noCredential, "\(name): \(error.description)")
        case .malformed, .oversized, .unsupported: CommandError(.malformedInput, "\(name): \(error.description)")
        case .failed: CommandError(.libraryFailure, "\(name): \(error.description)")
        }
    }
}

extension CertificateFile {
    /// DER, in the file's order.
    var certificates: [[UInt8]] {
        items.compactMap { item in
            guard case .certificate(let der) = item.content else { return nil }
            return der
        }
    }
}
