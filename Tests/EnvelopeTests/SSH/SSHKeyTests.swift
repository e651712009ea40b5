import AgeFormat
import KeyStore
import OpenSSL
import TestSupport
import Testing

@testable import Envelope

/// Reading public and private keys of ssh, without any program of ssh.
@Suite("ssh keys")
struct SSHKeyTests {
    private let malformed = EnvelopeError(.malformedKey, "")

    // MARK: Public keys

    @Test("a line is read with and without a comment, and written without")
    func line() throws {
        for text in [KnownKeys.sshPublic, KnownKeys.sshPublic + " a comment", KnownKeys.sshPublic.replacing(" ", with: "\t") + " "] {
            let key = try SSHPublicKey(line: text)
            #expect(key.text == KnownKeys.sshPublic)
            #expect(key.tag == "rvznmQ")
            #expect(key.type == "ssh-ed25519")
        }
    }

    static let otherTypes = [
        "ecdsa-sha2-nistp256", "ssh-dss", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
        "ssh-ed25519-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com", "ssh-ed448",
    ]

    @Test("keys of other types are refused by name, in the line and in the key", arguments: otherTypes)
    func refusedByName(type: String) throws {
        let wire = SSHWire.string(Array(type.utf8)) + SSHWire.string([1, 2, 3])
        for make in [{ try SSHPublicKey(line: "\(type) AAAA") }, { try SSHPublicKey(wire: wire) }] {
            let error = #expect(throws: EnvelopeError.self) { try make() }
            #expect(error?.code == .malformedKey)
            #expect(error?.message.contains("nothing can be sealed for") == true)
        }
    }

    @Test("a line that is not one is refused, and never quoted")
    func malformedLines() throws {
        let base64 = String(KnownKeys.sshPublic.dropFirst("ssh-ed25519 ".count))
        let rsaWire = SSHWire.string(Array("ssh-rsa".utf8)) + SSHWire.number([3]) + SSHWire.number([UInt8](repeating: 0xFF, count: 256))
        let rsa = Base64.encode(rsaWire, padding: .required)
        let lines = [
            "", " ", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519  \(base64)x", "ssh-rsa \(base64)", "ssh-ed25519 \(rsa)",
            "ssh-ed25519 \(base64.dropLast())", "ssh-ed25519 \(base64)AAAA", "ssh-ed25519 *\(base64.dropFirst())",
            "ssh-ed25519 \(base64)" + String(repeating: "A", count: 20_000), "restrict \(KnownKeys.sshPublic)",
        ]
        for line in lines {
            let error = #expect(throws: EnvelopeError.self, "\(line)") { try SSHPublicKey(line: line) }
            #expect(error?.code == .malformedKey)
            #expect(error?.message.contains("AAAAC3") == false)
        }
        #expect(try SSHPublicKey(line: "ssh-rsa \(rsa)").type == "ssh-rsa")
    }

    @Test("an RSA key's numbers are bounded and in their one form")
    func rsaNumbers() throws {
        let name = SSHWire.string(Array("ssh-rsa".utf8))
        let modulus = [UInt8](repeating: 0xFF, count: 256)
        let cases: [[UInt8]] = [
            SSHWire.number([1, 0, 1]) + SSHWire.number(Array(modulus.dropLast())),
            SSHWire.number([1, 0, 1]) + SSHWire.number([0x7F] + Array(modulus.dropLast())),
            SSHWire.number([1, 0, 1]) + SSHWire.number([UInt8](repeating: 0xFF, count: 2049)),
            SSHWire.number([1]) + SSHWire.number(modulus), SSHWire.number([2]) + SSHWire.number(modulus),
            SSHWire.number([1, 0, 0, 1]) + SSHWire.number(modulus), SSHWire.string([]) + SSHWire.number(modulus),
            SSHWire.string([0]) + SSHWire.number(modulus), SSHWire.string([0, 3]) + SSHWire.number(modulus),
            SSHWire.string([0xFF]) + SSHWire.number(modulus), SSHWire.number([3]) + SSHWire.string(modulus), SSHWire.number([3]),
            SSHWire.number([3]) + SSHWire.string([0, 0] + modulus), SSHWire.number([3]) + SSHWire.number(modulus) + [0],
            [0xFF, 0xFF, 0xFF, 0xFF] + modulus,
        ]
        for (index, numbers) in cases.enumerated() {
            #expect(throws: malformed, "case \(index)") { try SSHPublicKey(wire: name + numbers) }
        }
        #expect(try SSHPublicKey(wire: name + SSHWire.number([3]) + SSHWire.number(modulus)).type == "ssh-rsa")
    }

    @Test("an Ed25519 key that is no point of its curve, or of small order, is no recipient")
    func notAPoint() throws {
        let front = SSHWire.string(Array("ssh-ed25519".utf8))
        // The neutral point, no point, −1 (of order 2), i (of order 4: y = 0).
        let minusOne = [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
        for point in [
            [1] + [UInt8](repeating: 0, count: 31), [2] + [UInt8](repeating: 0, count: 31), minusOne, [UInt8](repeating: 0, count: 32),
        ] {
            let key = try SSHPublicKey(wire: front + SSHWire.string(point))
            #expect(throws: malformed, "\(point)") { try SSHEd25519Recipient(key) }
        }
        #expect(throws: malformed) { try SSHPublicKey(wire: front + SSHWire.string([UInt8](repeating: 3, count: 31))) }
    }

    @Test("each kind of recipient takes its own type of key only")
    func kinds() throws {
        let ed25519 = try SSHPublicKey(line: KnownKeys.sshPublic)
        #expect(throws: malformed) { try SSHRSARecipient(ed25519) }
        let rsa = try SSHPublicKey(PrivateKey.generate(.rsa(bits: 2048)).publicKey())
        #expect(throws: malformed) { try SSHEd25519Recipient(rsa) }
    }

    // MARK: Private keys

    private func identity(_ text: [UInt8], _ asked: Asked = Asked(nil)) throws -> SSHIdentity {
        try SSHIdentity(contents: secret(text), name: "key", passphrase: asked.source)
    }

    @Test("a private key is read, its public half told", arguments: [KnownKeys.ssh, KnownKeys.encryptedSSH])
    func privateKey(text: String) throws {
        for variant in [text, text.replacing("\n", with: "\r\n"), text + "\n \n", String(text.dropLast())] {
            #expect(try identity(Array(variant.utf8)).publicKey.text == KnownKeys.sshPublic)
        }
    }

    @Test("PKCS#8 and PKCS#1 are read")
    func pkcs() throws {
        let ed25519 = try PrivateKey.generate(.ed25519)
        let rsa = try PrivateKey.generate(.rsa(bits: 2048))
        let (edDER, rsaDER) = (revealed(try ed25519.pkcs8DER()), revealed(try rsa.pkcs8DER()))
        let (edPublic, rsaPublic) = (try SSHPublicKey(ed25519.publicKey()), try SSHPublicKey(rsa.publicKey()))
        #expect(try identity(Self.pem("PRIVATE KEY", edDER)).publicKey == edPublic)
        #expect(try identity(Self.pem("PRIVATE KEY", rsaDER)).publicKey == rsaPublic)
        #expect(try identity(Self.pem("RSA PRIVATE KEY", Array(rsaDER[26...]))).publicKey == rsaPublic)
        for type in [AsymmetricKeyType.p256, .x25519, .secp256k1] {
            let der = revealed(try PrivateKey.generate(type).pkcs8DER())
            #expect(throws: malformed) { try identity(Self.pem("PRIVATE KEY", der)) }
        }
    }

    static func pem(_ label: String, _ content: [UInt8]) -> [UInt8] {
        let text = Array(Base64.encode(content, padding: .required).utf8)
        let lines = stride(from: 0, to: text.count, by: 64).map { String(decoding: text[$0..<min($0 + 64, text.count)], as: UTF8.self) }
        return Array((["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""]).joined(separator: "\n").utf8)
    }

    @Test(
        "forms that are not read are refused with what to do",
        arguments: [
            ("ENCRYPTED PRIVATE KEY", "ssh-keygen -p"), ("EC PRIVATE KEY", "ssh-keygen -t ed25519"),
            ("DSA PRIVATE KEY", "ssh-keygen -t ed25519"),
            ("PUBLIC KEY", "something else"), ("CERTIFICATE", "something else"),
        ])
    func otherForms(label: String, advice: String) throws {
        let error = #expect(throws: EnvelopeError.self) { try identity(Self.pem(label, [1, 2, 3])) }
        #expect(error?.code == .malformedKey)
        #expect(error?.message.contains(advice) == true, "\(error?.message ?? "")")
    }

    @Test("a key in OpenSSL's old encrypted form is refused with what to do")
    func legacy() throws {
        let text =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
        let error = #expect(throws: EnvelopeError.self) { try identity(Array(text.utf8)) }
        #expect(error?.message.contains("ssh-keygen -p") == true)
    }

    @Test("armour that is not well formed is refused")
    func armour() throws {
        let (begin, end) = ("-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n")
        let bodies = [
            "A\n", "AA\n", "AAA\n", "AA=\n", "AB==\n", "AAB=\n", "A===\n", "====\n", "AA==AA==\n", "AAA*\n", "AA\0A\n", "AAAA AAAA\n",
            "ÄÄ\n",
        ]
        for body in bodies { #expect(throws: malformed, "\(body)") { try identity(Array((begin + body + end).utf8)) } }
        for text in [
            "", "-----BEGIN ", begin, begin + "AAAA\n", begin + "AAAA\n-----END RSA PRIVATE KEY-----\n", begin + end, begin + end + "x",
        ] {
            #expect(throws: malformed, "\(text)") { try identity(Array(text.utf8)) }
        }
    }

    // MARK: Damage

    /// What a damaged key may be: refused, or (where a comment or white space was hit) the same key. The public half of an encrypted one is
    /// checked when it is opened.
    private func isHarmless(_ text: [UInt8], isEncrypted: Bool) -> Bool {
        do {
            let key = try identity(text).publicKey.text
            return isEncrypted || key == KnownKeys.sshPublic
        } catch let error as EnvelopeError {
            return error.code == .malformedKey && !error.message.contains("AAAA")
        } catch { return false }
    }

    @Test("a private key that is cut anywhere is refused", arguments: [KnownKeys.ssh, KnownKeys.encryptedSSH])
    func cutText(text: String) throws {
        // The last line feed may be missing.
        for count in 0..<text.utf8.count - 1 {
            #expect(throws: malformed, "\(count)") { try identity(Array(text.utf8.prefix(count))) }
        }
    }

    @Test("a private key with any byte of its text changed is refused or the same", arguments: [KnownKeys.ssh, KnownKeys.encryptedSSH])
    func changedText(text: String) throws {
        for index in text.utf8.indices {
            for bit in [1, 0x20, 0x80] as [UInt8] {
                var bytes = Array(text.utf8)
                bytes[text.utf8.distance(from: text.startIndex, to: index)] ^= bit
                #expect(isHarmless(bytes, isEncrypted: text == KnownKeys.encryptedSSH))
            }
        }
    }

    private static func content(of text: String) throws -> [UInt8] {
        try Base64.decode(text.split(separator: "\n").dropFirst().dropLast().joined(), padding: .required)
    }

    @Test("the content of a private key that is cut, or longer, is refused", arguments: [KnownKeys.ssh, KnownKeys.encryptedSSH])
    func cutContent(text: String) throws {
        let content = try Self.content(of: text)
        for count in 0..<content.count {
            #expect(throws: malformed, "\(count)") { try identity(Self.pem("OPENSSH PRIVATE KEY", Array(content.prefix(count)))) }
        }
        #expect(throws: malformed) { try identity(Self.pem("OPENSSH PRIVATE KEY", content + [0])) }
    }

    @Test("every bit of the content counts, but for those of the comment")
    func changedContent() throws {
        let content = try Self.content(of: KnownKeys.ssh)
        // The comment is 12 bytes, in front of one byte of padding.
        let comment = content.count - 13..<content.count - 1
        for index in content.indices {
            for bit in 0..<8 as Range<UInt8> {
                var changed = content
                changed[index] ^= 1 << bit
                let text = Self.pem("OPENSSH PRIVATE KEY", changed)
                // A comment that is one byte longer takes the padding in.
                if comment.contains(index) || index == comment.lowerBound - 1 && bit == 0 {
                    #expect(try identity(text).publicKey.text == KnownKeys.sshPublic)
                } else {
                    #expect(throws: malformed, "byte \(index), bit \(bit)") { try identity(text) }
                }
            }
        }
    }

    @Test("in an encrypted key, every changed byte is seen at the latest when it is opened")
    func changedCiphertext() async throws {
        let content = try Self.content(of: KnownKeys.encryptedSSH)
        var generator = SeededGenerator(seed: 7)
        let stanzas = try KnownKeys.stanzas(KnownKeys.forSSH)
        for _ in 0..<20 {
            var changed = content
            changed[Int.random(in: 0..<content.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            do {
                let identity = try identity(Self.pem("OPENSSH PRIVATE KEY", changed), Asked(KnownKeys.sshPassphrase))
                switch try await identity.unwrap(stanzas) {
                case .opened: #expect(identity.publicKey.text == KnownKeys.sshPublic)
                case .refused: break
                }
            } catch let error as EnvelopeError {
                #expect(error.code == .malformedKey, "\(error)")
            }
        }
    }

    @Test("a hostile number of rounds, or a hostile salt, is refused before any work")
    func hostileDerivation() throws {
        let content = try Self.content(of: KnownKeys.encryptedSSH)
        let options = SSHWire.string([UInt8](repeating: 0, count: 0)) + [0, 0, 0, 4]
        let start = try #require(content.indices.first { Array(content[$0...].prefix(4)) == [0, 0, 0, 24] })
        func with(_ options: [UInt8]) -> [UInt8] {
            Self.pem("OPENSSH PRIVATE KEY", Array(content[..<start]) + SSHWire.string(options) + content[(start + 28)...])
        }
        let salt = SSHWire.string([UInt8](repeating: 1, count: 16))
        for bad in [
            options, salt, salt + [0, 0, 0, 0], salt + [0xFF, 0xFF, 0xFF, 0xFF], salt + [0, 0, 0x27, 0x11], salt + [0, 0, 0, 4, 0], [],
        ] {
            #expect(throws: malformed, "\(bad)") { try identity(with(bad)) }
        }
        #expect(try identity(with(salt + [0, 0, 0x27, 0x10])).publicKey.text == KnownKeys.sshPublic)
    }

    @Test("two keys in one file, and ciphers that are not read, are refused with what to do")
    func unusual() throws {
        let content = try Self.content(of: KnownKeys.ssh)
        var two = content
        two[38] = 2
        #expect(throws: malformed) { try identity(Self.pem("OPENSSH PRIVATE KEY", two)) }
        let sealed = try Self.content(of: KnownKeys.encryptedSSH)
        for cipher in ["chacha20-poly1305@openssh.com", "3des-cbc", "aes256-ctrx"] {
            let other = Array(sealed[..<15]) + SSHWire.string(Array(cipher.utf8)) + sealed[(15 + 14)...]
            let error = #expect(throws: EnvelopeError.self) { try identity(Self.pem("OPENSSH PRIVATE KEY", other)) }
            #expect(error?.message.contains("-Z aes256-ctr") == true, "\(error?.message ?? "")")
        }
    }
}
