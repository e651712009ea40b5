import ArgumentParser
import Findings
import Integrity
import KeyStore
import SystemPackage

/// Whose signatures on manifests and exported trails are believed.
struct SignerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A key of the store that may have signed; may be repeated. Without this and --public-key, any key of the store.",
            valueName: "key"))
    var signer: [KeyReference] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A public key that may have signed, in a file (PEM, DER, or a verifier key of signed notes); may be repeated. No store is needed.",
            valueName: "file"), completion: .file())
    var publicKey: [String] = []

    /// Whom to believe about these notes.
    /// - Parameter names: whom the notes say that they are signed by.
    func signers(_ names: [String], _ store: LazyStore, in session: Session) async throws -> [TrustedSigner] {
        var signers: [TrustedSigner] = []
        for file in publicKey {
            let bytes = try PublicFile.read(file, as: "public key", atMost: TrustedSigner.maximumFileByteCount, in: session)
            do throws(IntegrityError) {
                signers.append(try TrustedSigner(file: bytes))
            } catch {
                throw CommandError(.malformedInput, "\(file): \(error.message)")
            }
        }
        for key in signer { signers.append(try await TrustedSigner(service: try await store.open().service, keyID: key.serviceName)) }
        guard signer.isEmpty, publicKey.isEmpty, store.exists else { return signers }
        return try await ofStore(names, store)
    }

    /// The keys of the store among those that signed.
    private func ofStore(_ names: [String], _ store: LazyStore) async throws -> [TrustedSigner] {
        var signers: [TrustedSigner] = []
        for name in names where name.hasPrefix("arn:") {
            do {
                signers.append(try await TrustedSigner(service: try await store.open().service, keyID: name))
            } catch let error as IntegrityError where error.keyStoreError?.code == .notFound || error.keyStoreError?.code == .invalidARN {
                // A key of somebody else, who is not trusted.
                continue
            }
        }
        return signers
    }
}

/// How manifests are judged before they are used.
struct ManifestTrustOptions: ParsableArguments {
    @OptionGroup var signers: SignerOptions
    @Flag(name: .long, help: "Take a manifest that nobody signed: it shows damage, but not what somebody wanted to hide.")
    var allowUnsigned = false

    func validate() throws {
        guard !allowUnsigned || (signers.signer.isEmpty && signers.publicKey.isEmpty) else {
            throw ValidationError(
                "--allow-unsigned takes what nobody signed, so that --signer and --public-key would say nothing: give one of them")
        }
    }

    /// As they are typed.
    var words: [String] {
        (allowUnsigned ? ["--allow-unsigned"] : []) + signers.signer.map { "--signer \($0.serviceName.shellWord)" }
            + signers.publicKey.map { "--public-key \($0.shellWord)" }
    }

    /// Opens a manifest that is signed by somebody who is trusted.
    /// - Parameter isPast: whether it may be older than others that are known here.
    func open(_ path: FilePath, _ store: LazyStore, in session: Session, isPast: Bool = false) async throws -> Manifest {
        try await signers.open(path, allowsUnsigned: allowUnsigned, store, in: session, isPast: isPast)
    }
}

extension SignerOptions {
    /// Opens a manifest, as `ManifestTrustOptions.open` does.
    func open(
        _ path: FilePath, allowsUnsigned: Bool = false, _ store: LazyStore, in session: Session, isPast: Bool = false
    ) async throws -> Manifest {
        let names = try Manifest.signerNames(path: path, register: isPast ? nil : store.manifestRegister)
        let signers = try await signers(names, store, in: session)
        let register = isPast ? nil : store.manifestRegister.map { CheckpointRegister(folder: $0, signers: signers) }
        return try Manifest(path: path, trust: ManifestTrust(signers: signers, allowsUnsigned: allowsUnsigned, register: register))
    }
}

extension LazyStore {
    /// Where the newest manifests that this machine has seen are remembered; nil where there is no store.
    nonisolated var manifestRegister: FilePath? { exists ? FilePath(path).appending("manifests") : nil }
}
