import AgeFormat
import OpenSSL
import TestSupport
import Testing

@testable import KeyStore

/// age's own stanzas, as files and backups share them.
@Suite struct AgeStanzaTests {
    private let malformed = KeyStoreError(.invalidCiphertext)

    private func fileKey() throws -> FileKey { try FileKey(copying: secret(Array(0..<16))) }

    /// The bytes of a file key; nil where there is none.
    private func bytes(_ key: consuming FileKey?) throws -> [UInt8]? {
        switch consume key {
        case .none: nil
        case .some(let key): revealed(try key.copyOfBytes())
        }
    }

    // MARK: X25519

    @Test func `the identity of the recipient opens the stanza, another one does not`() throws {
        let identity = try AgeIdentity.generate()
        let other = try AgeIdentity.generate()
        let stanza = try fileKey().stanza(for: identity.recipient())
        #expect(stanza.type == "X25519" && stanza.arguments.count == 1 && stanza.body.count == 32)
        let opened = try bytes(identity.openFileKey(stanza))
        #expect(opened == Array(0..<16))
        #expect(try bytes(other.openFileKey(stanza)) == nil)
    }

    @Test(arguments: ["x25519", "X25519x", "scrypt", "ssh-ed25519"]) func `a stanza of another type is passed over`(type: String) throws {
        let identity = try AgeIdentity.generate()
        #expect(try bytes(identity.openFileKey(Stanza(type: type, arguments: [], body: []))) == nil)
    }

    @Test func `a malformed X25519 stanza is damage, also for another identity`() throws {
        let identity = try AgeIdentity.generate()
        let other = try AgeIdentity.generate()
        let good = try fileKey().stanza(for: identity.recipient())
        let argument = good.arguments[0]
        let ephemeral = try Base64.decode(argument, padding: .none)
        let smallOrder: [[UInt8]] = [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)]
        let arguments: [[String]] =
            [
                [], [argument, argument], [argument, "extra"], [argument + "="], [String(argument.dropLast())], [argument + "A"],
                [String(argument.dropLast()) + "B"], ["*" + argument.dropFirst()],
                [Base64.encode(Array(ephemeral.dropLast()), padding: .none)], [Base64.encode(ephemeral + [0], padding: .none)],
            ] + smallOrder.map { [Base64.encode($0, padding: .none)] }
        var stanzas = try arguments.filter { $0 != [argument] }.map { try Stanza(type: "X25519", arguments: $0, body: good.body) }
        for count in [0, 31, 33, 64] {
            stanzas.append(try Stanza(type: "X25519", arguments: [argument], body: [UInt8](repeating: 1, count: count)))
        }
        for stanza in stanzas {
            #expect(throws: malformed, "\(stanza.arguments)") { _ = try identity.openFileKey(stanza) }
            #expect(throws: malformed, "\(stanza.arguments)") { _ = try other.openFileKey(stanza) }
        }
    }

    @Test func `a changed body does not open`() throws {
        let identity = try AgeIdentity.generate()
        let good = try fileKey().stanza(for: identity.recipient())
        for index in good.body.indices {
            var body = good.body
            body[index] ^= 0x80
            #expect(try bytes(identity.openFileKey(Stanza(type: good.type, arguments: good.arguments, body: body))) == nil)
        }
    }

    @Test func `a recipient of small order is refused`() throws {
        #expect(throws: KeyStoreError(.validation)) {
            _ = try fileKey().stanza(for: AgeRecipient(publicKey: [UInt8](repeating: 0, count: 32)))
        }
    }

    // MARK: scrypt

    @Test func `the passphrase opens the stanza, another one does not`() throws {
        let stanza = try fileKey().stanza(passphrase: secret(Array("word".utf8)), logN: 2)
        #expect(stanza.type == "scrypt" && stanza.arguments.count == 2 && stanza.arguments[1] == "2" && stanza.body.count == 32)
        let opened = try bytes(ScryptStanza(stanza).open(passphrase: secret(Array("word".utf8))))
        #expect(opened == Array(0..<16))
        for wrong in ["", "Word", "word "] {
            #expect(try bytes(ScryptStanza(stanza).open(passphrase: secret(Array(wrong.utf8)))) == nil)
        }
    }

    @Test(arguments: ["0", "00", "01", "+1", "-1", "1e1", "0x10", "1_0", "a", "1.0"])
    func `a work factor that is not a number in its one form is damage`(text: String) throws {
        let good = try fileKey().stanza(passphrase: secret([1]), logN: 1)
        #expect(throws: malformed) {
            try ScryptStanza(Stanza(type: "scrypt", arguments: [good.arguments[0], text], body: good.body))
        }
    }

    @Test(arguments: ["23", "24", "63", "64", "1000", "99999999999999999999999999"])
    func `a work factor beyond 22 is refused before any work`(text: String) throws {
        let good = try fileKey().stanza(passphrase: secret([1]), logN: 1)
        #expect(throws: KeyStoreError(.limitExceeded)) {
            try ScryptStanza(Stanza(type: "scrypt", arguments: [good.arguments[0], text], body: good.body))
        }
    }

    @Test func `22 is accepted, and refused where less is allowed`() throws {
        let good = try fileKey().stanza(passphrase: secret([1]), logN: 1)
        let stanza = try Stanza(type: "scrypt", arguments: [good.arguments[0], "22"], body: good.body)
        #expect(try ScryptStanza(stanza).logN == 22)
        #expect(throws: KeyStoreError(.limitExceeded)) { try ScryptStanza(stanza, logNRange: ScryptParameters.logNRange) }
    }

    @Test func `a malformed scrypt stanza is damage`() throws {
        let good = try fileKey().stanza(passphrase: secret([1]), logN: 1)
        let salt = good.arguments[0]
        for arguments in [
            [], [salt], [salt, "1", "1"], ["1", salt], [salt + "=", "1"], [String(salt.dropLast()), "1"], [salt + "AA", "1"],
        ] {
            #expect(throws: malformed, "\(arguments)") { try ScryptStanza(Stanza(type: "scrypt", arguments: arguments, body: good.body)) }
        }
        for count in [0, 31, 33] {
            #expect(throws: malformed) {
                try ScryptStanza(Stanza(type: "scrypt", arguments: good.arguments, body: [UInt8](repeating: 1, count: count)))
            }
        }
    }

    @Test(arguments: [(0, 18), (1025, 18), (1, 0), (1, 23), (1, -1)])
    func `an empty or too long passphrase, or a work factor out of bounds, is refused`(byteCount: Int, logN: Int) throws {
        #expect(throws: KeyStoreError(.validation)) {
            _ = try fileKey().stanza(passphrase: secret([UInt8](repeating: 65, count: byteCount)), logN: logN)
        }
    }

    // MARK: Lines of identities

    @Test func `one line is one identity`() throws {
        let identity = try AgeIdentity.generate()
        let text = revealed(try identity.fileContents(created: ""))
        let line = try #require(text.split(separator: 0x0A).last)
        let (recipient, again) = (try identity.recipient(), try AgeIdentity(line: secret(Array(line))).recipient())
        #expect(recipient == again)
        for wrong in [Array(line) + [0x0A], [0x20] + Array(line), Array(line.dropLast()), []] {
            #expect(throws: KeyStoreError(.validation)) { _ = try AgeIdentity(line: secret(wrong)) }
        }
    }

    @Test func `comments and blank lines are passed over, and lines are numbered`() throws {
        let text = Array("# one\n\n  \nfour\r\n#five\nsix \t\nseven".utf8)
        var lines = IdentityLines()
        var found: [String] = []
        while let range = lines.next(in: text.bytes) { found.append("\(lines.lineNumber) " + String(decoding: text[range], as: UTF8.self)) }
        #expect(found == ["4 four", "6 six", "7 seven"])
    }
}
