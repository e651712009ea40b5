import Envelope

/// A file `id_ed25519.pub`, as ssh-keygen makes it.
enum SSHPublicKeyFile {
    /// Its line.
    static func read(_ path: String, in session: Session) throws -> String {
        let role = "ssh public key file"
        let contents = try PublicFile.read(path, as: role, atMost: SSHPublicKey.maximumLineByteCount, in: session)
        guard !contents.starts(with: "-----BEGIN ".utf8) else {
            throw CommandError(.usage, "\(path) is a private key; a file is sealed for the public one", hint: "name \(path).pub")
        }
        let lines = String(decoding: contents, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count == 1, ["ssh-", "ecdsa-", "sk-"].contains(where: lines[0].hasPrefix) else {
            throw CommandError(
                .malformedInput, "\(role) \(path): holds no line that begins with ssh-ed25519 or ssh-rsa",
                hint: "for a file of several recipients, use --recipients-file")
        }
        return String(lines[0])
    }
}
