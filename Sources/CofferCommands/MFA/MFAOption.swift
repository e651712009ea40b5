import AccessControl
import ArgumentParser
import OpenSSL

/// A code as the second factor. A code is worth nothing once it was used, so it may stand on the command line, as it does for `aws`.
struct MFAOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A code of a device, with the device's name or serial before it, or a recovery code; asked for if left out.",
            valueName: "serial code"))
    var mfa: String?

    /// - Parameter gate: whose devices are meant; for the prompt.
    func code(for gate: MFAGate, in session: Session) throws -> MFACode {
        if let mfa {
            let bytes = Array(mfa.utf8)
            let text = try SecretBytes(copying: bytes.bytes)
            return try MFACode(text)
        }
        let names = try gate.deviceNames()
        let prompt = names.count == 1 ? "Code of \(names[0]): " : "Device and code (\(names.joined(separator: ", "))): "
        let text = try session.context.readPassphrase(prompt: prompt, alternative: "give --mfa 'SERIAL CODE'")
        return try MFACode(text)
    }
}
