import TestSupport
import Testing

/// Python's binding of rage.
enum Pyrage {
    static let isInstalled = Command.pythonHas("pyrage")

    /// Seals or opens: `seal RECIPIENT`, `open IDENTITY-FILE`, `seal-passphrase WORD`, `open-passphrase WORD`.
    static func run(_ verb: String, _ key: String, input: [UInt8]) throws -> Command.Result {
        try Command.run(try #require(Command.python), ["-c", script, verb, key], input: input)
    }

    private static let script = """
        import sys, pyrage
        verb, key = sys.argv[1:]
        data = sys.stdin.buffer.read()
        if verb == "seal":
            kind = pyrage.x25519 if key.startswith("age1") else pyrage.ssh
            out = pyrage.encrypt(data, [kind.Recipient.from_str(key)])
        elif verb == "open":
            text = open(key, "rb").read()
            if b"AGE-SECRET-KEY-1" in text:
                line = [l for l in text.decode().splitlines() if l.startswith("AGE-SECRET-KEY-1")][0]
                identity = pyrage.x25519.Identity.from_str(line)
            else:
                identity = pyrage.ssh.Identity.from_buffer(text)
            out = pyrage.decrypt(data, [identity])
        elif verb == "seal-passphrase":
            out = pyrage.passphrase.encrypt(data, key)
        else:
            out = pyrage.passphrase.decrypt(data, key)
        sys.stdout.buffer.write(out)
        """
}
