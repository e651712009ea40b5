import ArgumentParser

/// `coffer manifest`: what a tree of files was, signed, and whether it still is.
struct ManifestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest", abstract: "Record what a folder is, sign it, and say later what happened to each file.",
        discussion: """
            $ coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 \\
                --usage SIGN_VERIFY
            $ coffer manifest create /srv/photos -o photos.manifest --sign-with audit-key
            $ coffer manifest verify photos.manifest /mnt/backup/photos
            $ coffer manifest update photos.manifest /srv/photos
            $ coffer manifest prove photos.manifest 2026/a.jpg > a.proof
            $ coffer manifest export photos.manifest --format sha256sum > SHA256SUMS

            \(ExitStatus.help)
            """,
        subcommands: [
            ManifestCreate.self, ManifestVerify.self, ManifestDiff.self, ManifestUpdate.self, ManifestShow.self, ManifestList.self,
            ManifestProve.self, ManifestCheckProof.self, ManifestExport.self, ManifestImport.self,
        ])
}
