// Feeds bytes to all that reads ssh keys: as a public line, as a key on the wire, as the text of a private key, and as the content of one,
// and to the readers of recipients and identity files. No input may trap them, and what is accepted has one encoding.
//
// `make fuzz` compiles and runs this.

import AgeFormat
import OpenSSL

@testable import Envelope

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSSHKey(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: min(count, 32 * 1024)))
    if let key = try? SSHPublicKey(wire: bytes) {
        precondition(key.wire == bytes)
        precondition((try? SSHPublicKey(line: key.text)) == key, "a public key does not come back")
        if case .ed25519 = key.numbers { _ = try? SSHEd25519Recipient(key) }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let key = try? SSHPublicKey(line: text) { precondition(text.hasPrefix(key.type)) }
    _ = try? RecipientText.parseFile(bytes, name: "fuzz", plugins: nil)
    read(bytes)
    // The content of a block is reached with any bytes only when the block is made around them.
    for label in ["OPENSSH PRIVATE KEY", "PRIVATE KEY", "RSA PRIVATE KEY"] {
        let base64 = Base64.encode(bytes, padding: .required)
        read(Array("-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n".utf8))
    }
    read(Array("-----BEGIN OPENSSH PRIVATE KEY-----\n".utf8) + bytes + Array("\n-----END OPENSSH PRIVATE KEY-----\n".utf8))
    return 0
}

private func read(_ text: [UInt8]) {
    guard let secret = try? SecretBytes(copying: text.bytes) else { return }
    let nobody: PassphraseSource = { _ async throws(EnvelopeError) in throw EnvelopeError(.passphraseUnavailable, "") }
    let isRead = (try? IdentityFile.parse(secret, name: "fuzz", passphrase: nobody, plugins: nil)) != nil
    let recipients = try? IdentityFile.recipients(secret, name: "fuzz")
    precondition(!isRead || recipients?.isEmpty == false, "an identity without a recipient")
    _ = IdentityFile.holdsSecrets(secret)
}
