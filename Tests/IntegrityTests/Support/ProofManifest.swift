import KeyTestSupport
import SystemPackage
import TestSupport
import Testing

@testable import Integrity

/// Makes, reads and judges manifests of one folder with one key.
struct ProofManifest {
    let file: FilePath
    let root: ProofRoot
    let signer: ManifestSigner?
    var options = ManifestOptions()
    var register: CheckpointRegister?
    var time = "2026-11-28T14:00:00Z"
    var allowsUnsigned = false

    init(_ file: FilePath, of root: ProofRoot, signedBy signer: ManifestSigner?) {
        (self.file, self.root, self.signer) = (file, root, signer)
    }

    static func signer() async throws -> (keys: SigningKeys, signer: ManifestSigner) {
        let keys = try SigningKeys()
        return (keys, try await ManifestSigner(service: keys.service, keyID: try await keys.makeSigner()))
    }

    private var settings: TreeRunSettings { TreeRunSettings(scratchFolder: FilePath("/var/tmp")) }

    func head() throws -> NewManifestHead {
        NewManifestHead(toolVersion: "1.0.0", time: try #require(CheckpointTime(time)), subject: Array("/srv".utf8), options: options)
    }

    func target(overwrite: Bool) -> NewManifestFile {
        NewManifestFile(path: file, overwrite: overwrite, signer: signer, register: register)
    }

    func open() throws -> Manifest {
        try Manifest(
            path: file,
            trust: ManifestTrust(signers: [signer?.signer].compactMap { $0 }, allowsUnsigned: allowsUnsigned, register: register))
    }

    @discardableResult
    func create(overwrite: Bool = false) async throws -> ManifestCreator.Summary {
        try await create(SystemTreeCalls(), overwrite: overwrite)
    }

    @discardableResult
    func create<Calls: TreeCalls>(_ calls: Calls, overwrite: Bool = false) async throws -> ManifestCreator.Summary {
        try await ManifestCreator(folder: root.path, head: try head(), settings: settings).create(target(overwrite: overwrite), calls)
    }

    func verify<Calls: TreeCalls>(_ calls: Calls, of other: ProofRoot? = nil, reading: ContentReading = .all) async throws
        -> VerificationReport
    {
        try await ManifestVerifier(try open(), folder: (other ?? root).path, reading: reading, settings: settings).verify(calls)
    }

    @discardableResult
    func update<Calls: TreeCalls>(_ calls: Calls) async throws -> ManifestUpdater.Summary {
        try await ManifestUpdater(try open(), folder: root.path, head: try head(), settings: settings).update(
            target(overwrite: true), acceptingDamage: true, calls)
    }
}
