import Integrity
import KeyStore
import SystemPackage

/// Records a folder in a manifest that a key of the store signs.
/// - Returns: whom to trust when it is verified.
func record(_ folder: FilePath, in manifest: FilePath, at time: CheckpointTime, keys: any KeyService) async throws -> TrustedSigner {
    let key = try await keys.createKey(CreateKeyRequest(keySpec: .eccNISTEdwards25519, keyUsage: .signVerify))
    let signer = try await ManifestSigner(service: keys, keyID: key.arn)
    let head = NewManifestHead(
        toolVersion: "example-1.0", time: time, subject: Array(folder.string.utf8), options: ManifestOptions())
    _ = try await ManifestCreator(folder: folder, head: head, settings: TreeRunSettings(scratchFolder: "/var/tmp"))
        .create(NewManifestFile(path: manifest, overwrite: false, signer: signer, register: nil))
    return signer.signer
}

/// Says of each entry that is not as it was what happened to it.
func verify(_ folder: FilePath, against path: FilePath, signedBy signer: TrustedSigner) async throws -> [String: Verdict] {
    // Nothing of it is believed unless the signer signed it.
    let manifest = try Manifest(path: path, trust: ManifestTrust(signers: [signer]))
    let report = try await ManifestVerifier(
        manifest, folder: folder, reading: .all, settings: TreeRunSettings(scratchFolder: "/var/tmp")
    ).verify()
    return Dictionary(uniqueKeysWithValues: report.verdicts.map { ("\($0.path)", $0.verdict) })
}
