import AccessControl
import ArgumentParser
import ObjectStore
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
        if let given = try given() { return try MFACode(given) }
        return try MFACode(Self.ask(gate, in: session))
    }

    /// The code of the option; nil when there is none.
    func given() throws -> SecretBytes? {
        guard let mfa else { return nil }
        let bytes = Array(mfa.utf8)
        return try SecretBytes(copying: bytes.bytes)
    }

    /// Asks for a code on the terminal.
    static func ask(_ gate: MFAGate, in session: Session) throws -> SecretBytes {
        let names = try gate.deviceNames()
        let prompt = names.count == 1 ? "Code of \(names[0]): " : "Device and code (\(names.joined(separator: ", "))): "
        return try session.context.readPassphrase(prompt: prompt, alternative: "give --mfa 'SERIAL CODE'")
    }
}

extension MFAOption {
    /// The code for a request to the object store.
    /// - Parameter isNeeded: whether somebody is asked if no code was given.
    /// - Throws: `AccessError` with code `notFound` when one is needed and there is no device.
    func token(if isNeeded: Bool, for objects: LocalObjectService, in session: Session) async throws -> MFAToken? {
        if let given = try given() { return MFAToken(given) }
        return isNeeded ? try await Self.askedToken(for: objects, in: session) : nil
    }

    static func askedToken(for objects: LocalObjectService, in session: Session) async throws -> MFAToken {
        guard let gate = try await objects.secondFactors(), try !gate.deviceNames().isEmpty else {
            throw AccessError(.notFound, "a code is needed, and no device is enrolled")
        }
        return MFAToken(try ask(gate, in: session))
    }
}
