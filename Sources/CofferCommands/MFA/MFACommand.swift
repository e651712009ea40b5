import AccessControl
import ArgumentParser
import KeyStore

/// `coffer mfa`: second factors, for what cannot be undone.
struct MFACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mfa", abstract: "Enrol devices that show one-time codes, and ask for a code before something is lost for good.",
        discussion: """
            A device is an app on a phone, or anything else that shows codes by RFC 6238.
            Once there is one, scheduling the deletion of a key needs a code.

            $ coffer mfa enroll --name phone                 scan a QR code, type two codes
            $ coffer mfa list
            $ coffer key schedule-deletion old               asks for a code
            $ coffer mfa session --prefix backups/2026/ --versions 500 --minutes 10
            $ coffer mfa recovery-codes regenerate

            What this is worth is in Docs/MFA.md.

            \(ExitStatus.help)
            """,
        subcommands: [
            MFAEnroll.self, MFAList.self, MFARemove.self, MFAVerify.self, MFARecoveryCodes.self, MFASessionCommand.self,
            MFAProtectKeys.self,
        ])
}

extension TOTPAlgorithm: AWSName {}
