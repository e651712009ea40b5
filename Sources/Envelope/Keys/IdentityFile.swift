import KeyStore
public import OpenSSL

/// What opens files, as `age -i` takes it: lines `AGE-SECRET-KEY-1…` and `AGE-PLUGIN-NAME-1…` with comments, or one ssh private key.
public enum IdentityFile {
    /// Bytes of an identity file: some 800 identities, or the longest ssh key.
    public static let maximumByteCount = 64 * 1024
    private static let sealedBeginnings = ["age-encryption.org/", "-----BEGIN AGE ENCRYPTED FILE-----"].map { Array($0.utf8) }
    private static let pluginPrefix = "age-plugin-"

    /// Whether the file is itself sealed, as a binary or an armored age file, and has to be opened before it is parsed.
    public static func isSealed(_ contents: borrowing SecretBytes) -> Bool {
        unsafe contents.withUnsafeBytes { contents in sealedBeginnings.contains { unsafe contents.starts(with: $0) } }
    }

    /// Reads all identities of a file.
    ///
    /// - Parameters:
    ///   - name: how a person names the file, for errors and as the name of its identities.
    ///   - passphrase: asked later, when an encrypted ssh key is needed.
    ///   - plugins: nil where no plugin may run.
    /// - Throws: `malformedKey`, `pluginFailed`; the message names file and line and quotes nothing.
    public static func parse(
        _ contents: borrowing SecretBytes, name: String, passphrase: @escaping PassphraseSource, plugins: (any PluginProvider)?
    ) throws(EnvelopeError) -> [any Identity] {
        try check(contents, name: name)
        if SSHPrivateKeyFile.isOne(contents) { return [try SSHIdentity(contents: contents, name: name, passphrase: passphrase)] }
        var identities: [any Identity] = []
        try forEachLine(of: contents, name: name) { line throws(EnvelopeError) in
            switch try kind(of: line) {
            case .x25519: identities.append(X25519Identity(try identity(line), name: name))
            case .plugin(let plugin):
                guard let plugins else { throw PluginName.unavailable(plugin) }
                identities.append(try plugins.identity(line, plugin: plugin))
            }
        }
        guard !identities.isEmpty else { throw EnvelopeError(.malformedKey, "\(name): holds no identity") }
        return identities
    }

    /// Whether the file holds key material, and not only references to plugins, so that others reading it is a problem. A sealed file does not;
    /// an encrypted ssh key does, as for ssh.
    public static func holdsSecrets(_ contents: borrowing SecretBytes) -> Bool {
        if isSealed(contents) { return false }
        return contents.withBytes { text in
            var lines = IdentityLines()
            while let line = lines.next(in: text) {
                if !begins(text, line, with: pluginPrefix) { return true }
            }
            return false
        }
    }

    /// The recipients that the file's identities open files of, in order: `age1…` for each `AGE-SECRET-KEY-1…`, the public line of an ssh key. A
    /// plugin's identity has none that could be told without the plugin, and is passed over.
    /// - Throws: `malformedKey`; the message quotes nothing.
    public static func recipients(_ contents: borrowing SecretBytes, name: String) throws(EnvelopeError) -> [String] {
        try check(contents, name: name)
        if SSHPrivateKeyFile.isOne(contents) {
            do { return [try SSHPrivateKeyFile(contents).publicKey.text] } catch { throw EnvelopeError(error, prefix: name) }
        }
        var recipients: [String] = []
        try forEachLine(of: contents, name: name) { line throws(EnvelopeError) in
            guard case .x25519 = try kind(of: line) else { return }
            let identity = try identity(line)
            do throws(KeyStoreError) { recipients.append(try identity.recipient().text) } catch { throw EnvelopeError(key: error) }
        }
        return recipients
    }

    private enum Kind {
        case x25519
        case plugin(String)
    }

    private static func check(_ contents: borrowing SecretBytes, name: String) throws(EnvelopeError) {
        guard contents.count <= maximumByteCount else {
            throw EnvelopeError(.malformedKey, "\(name): is too large to be an identity file: at most \(maximumByteCount >> 10) KiB")
        }
        guard !isSealed(contents) else {
            throw EnvelopeError(.malformedKey, "\(name): is a sealed identity file, which has to be opened first")
        }
    }

    /// Calls `body` with every line that is neither blank nor a comment; its errors get the line's place in front.
    private static func forEachLine(
        of contents: borrowing SecretBytes, name: String, _ body: (borrowing SecretBytes) throws(EnvelopeError) -> Void
    ) throws(EnvelopeError) {
        var lines = IdentityLines()
        while let range = contents.withBytes({ lines.next(in: $0) }) {
            let place = "\(name), line \(lines.lineNumber)"
            let line: SecretBytes
            do { line = try contents.copy(range) } catch { throw EnvelopeError(error, while: place) }
            do throws(EnvelopeError) { try body(line) } catch { throw EnvelopeError(error, prefix: place) }
        }
    }

    private static func kind(of line: borrowing SecretBytes) throws(EnvelopeError) -> Kind {
        let (isPlugin, isPostQuantum) = line.withBytes {
            (begins($0, 0..<$0.byteCount, with: pluginPrefix), begins($0, 0..<$0.byteCount, with: PostQuantum.identityPrefix))
        }
        if isPostQuantum { throw PostQuantum.unsupportedIdentity }
        guard isPlugin else { return .x25519 }
        guard let hrp = Bech32.hrp(ofSecret: line), hrp.hasPrefix(pluginPrefix), hrp.hasSuffix("-"),
            let plugin = PluginName.checked(hrp.dropFirst(pluginPrefix.count).dropLast())
        else { throw EnvelopeError(.malformedKey, "malformed identity of a plugin: a character of it is wrong, or it is not whole") }
        return .plugin(plugin)
    }

    private static func identity(_ line: borrowing SecretBytes) throws(EnvelopeError) -> AgeIdentity {
        do { return try AgeIdentity(line: line) } catch { throw EnvelopeError(key: error) }
    }

    /// Whether part of a text begins with a prefix in lower case, or with the same in upper case.
    private static func begins(_ text: RawSpan, _ range: Range<Int>, with prefix: String) -> Bool {
        guard range.count >= prefix.utf8.count else { return false }
        return zip(range, prefix.utf8).allSatisfy { index, expected in
            // Sound: every bit pattern is a UInt8, and the load checks its bounds.
            let byte = unsafe text.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            return byte == expected || (0x41...0x5A).contains(byte) && byte + 32 == expected
        }
    }
}
